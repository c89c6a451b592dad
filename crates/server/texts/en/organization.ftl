### An organization and, at its bottom, its identity clients.

organization-id = Organization id
organization-copy-id = Copy the organization id
organization-external-id = Customer number
organization-role = Your role
organization-role-admin = Admin
organization-role-member = Member
organization-role-operator = Operator
organization-since = Since
organization-clients = Identity clients
organization-clients-below = { $count ->
    [0] None yet
   *[other] { $count }, see below
 }
organization-rename-link = Rename
organization-done-renamed = The organization has its new name.
organization-done-client-deleted = The client is deleted. Its next call is refused.
organization-done-invited = The invitation is on its way.
organization-done-joined = You belong here now.
organization-whole = Back to the whole page

organization-waiting = Waiting for you
organization-waits-it-ends = { $days ->
    [0] ends today, { $day }.
    [1] ends on { $day }, in 1 day.
   *[other] ends on { $day }, in { $days } days.
 }
organization-waits-secrets-end = { $count ->
    [one] has one secret, and it ends
   *[other] has { $count } secrets, and the last ends
 } { $days ->
    [0] today, { $day }.
    [1] on { $day }, in 1 day.
   *[other] on { $day }, in { $days } days.
 }
organization-waits-quiet = : the old secret has been quiet for { $days } days and can be removed.
organization-waits-too-often = asks for a token too often: { $tokens } tokens for { $calls } calls in 7 days. Kept, it would need about { $enough }.
organization-waits-invitation = : the invitation has expired.
organization-waits-more = { $count ->
    [one] One more waits. It is marked in the register below.
   *[other] { $count } more wait. They are marked in the register below.
 }
organization-rotate = Rotate
organization-prolong = Change
organization-review = Review
organization-see-usage = See the usage
organization-send-again = Send again

organization-structure = Structure
organization-structure-hint = A client of this organization reaches everything below it too.
organization-structure-alone = It stands by itself: nothing is above or below it.
organization-parent = parent
organization-members-count = { $count ->
    [0] no members
    [one] 1 member
   *[other] { $count } members
 }
organization-own-clients-count = { $count ->
    [0] no clients of its own
    [one] 1 client of its own
   *[other] { $count } clients of its own
 }
organization-numbers = { $members }, { $clients }
organization-all-below = All { $count } below it
organization-organization = Organization
organization-below-title = Below it
organization-below-of = Below { $name }
organization-below-shown = { $count ->
    [one] 1 organization
   *[other] { $count } organizations
 }
organization-below-next = The next ones

organization-members = Members
organization-members-hint = Admins make and rotate clients, and invite people.
organization-members-alone-hint = Only you, so far.
organization-members-alone = If you are away, nobody here can stop a client or rotate its secret.
organization-members-none = Nobody belongs to it yet.
organization-invite-second = Invite a second admin
organization-invite = Invite a member
organization-all-members = { $count ->
    [0] Members
    [one] 1 member
   *[other] All { $count } members
 }

organization-services = Services
organization-services-hint = What the contract with { $vendor } opens to you.
organization-services-none = No service is connected yet.
organization-service-used = { $count ->
    [0] no client uses it
    [one] 1 client uses it
   *[other] { $count } clients use it
 }
organization-service-closed = Not in your contract.
organization-service-docs = Documentation
organization-service-ask = Ask for access
organization-ask-subject = Access to { $service } for { $name } ({ $id })

organization-register = Identity clients
organization-register-hint = A program signs in with a client id and a secret, never with a person’s password. Make one client for each program, so that you can stop one without stopping the rest.
organization-search = Name, id or scope
organization-search-button = Search
organization-new = New identity client
organization-client = Client
organization-owner = Owner
organization-scopes = Scopes
organization-used = Last used
organization-secrets = Secrets
organization-state = State
organization-owner-organization = Organization
organization-owner-user = User
organization-owner-you = User, you
organization-used-never = never
organization-refused-since = refused since: { $count }
organization-secret-count = { $count ->
    [0] no secret
    [one] 1 secret
   *[other] { $count } secrets
 }
organization-age-days = { $ages } days old
organization-age-today = made today, and { $rest }
organization-age-oldest = the oldest is { $age }
organization-ages-two = { $one } and { $two }
organization-ages-three = { $one }, { $two } and { $three }
organization-ends-in = { $days ->
    [0] ends today
    [1] ends in 1 day
   *[other] ends in { $days } days
 }
organization-ended = { $days ->
    [0] ended today
    [1] ended 1 day ago
   *[other] ended { $days } days ago
 }
organization-state-active = Active
organization-state-not_used_yet = Not used yet
organization-state-rotating = Rotating
organization-state-quiet = Quiet
organization-state-ends_soon = Ends soon
organization-state-expired = Expired
organization-state-disabled = Disabled
organization-register-caption = Identity clients, by name
organization-register-found = What was found for “{ $text }”, by name
organization-count = { $count ->
    [one] 1 identity client
   *[other] { $count } identity clients
 }
organization-count-active = { $count } active
organization-count-ends-soon = { $count ->
    [one] 1 ends soon
   *[other] { $count } end soon
 }
organization-count-expired = { $count } expired
organization-count-disabled = { $count } disabled
organization-count-parts = { $all }: { $parts }
organization-found = { $count ->
    [0] Nothing found
    [one] 1 found
   *[other] { $count } found
 }
organization-found-more = The first { $count } found
organization-next = { $count ->
    [one] The next one
   *[other] The next { $count }
 }
organization-first = From the beginning
organization-export = Export as CSV

organization-blank-title = No program has access yet
organization-blank = Make the first identity client: choose what it may do, copy its secret, and call the API. It takes about two minutes.
organization-blank-docs = See the API documentation
organization-blank-above = Does a program of { $name } already do the work? Its clients reach this organization too.
organization-blank-above-link = { $count ->
    [one] See the one above you
   *[other] See the { $count } above you
 }
organization-nothing-title = Nothing has “{ $text }” in its name, id or scopes
organization-nothing = A part of a word is enough. Capitals make no difference.
organization-nothing-all = Show all identity clients

organization-name-title = Rename the organization
organization-name-lead = What people call it. Its ids stay as they are, and no program notices.
organization-name-label = Name
organization-name-hint = At most 200 characters.
organization-name-wrong = A name needs 1 to 200 characters, on one line, and every one must be seen: no invisible signs, and none that turn its direction.
organization-name-save = Rename
organization-cancel = Cancel
organization-name-stale = While this page was open somebody changed the organization: it is now called { $name }. Send your name again if it should stand.
