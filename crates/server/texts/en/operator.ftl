### The vendor's own pages.

operator-overview = Overview
operator-organizations = Organizations
operator-people = People
operator-services = Services
operator-keys = Signing keys
operator-dialects = Dialects
operator-node = This node
operator-audit = Audit
operator-lead = Everything in this installation. You reach every organization.
operator-clients = Identity clients
operator-members = Members
operator-look = Look
operator-search = Search
operator-action = Action
operator-state = State
operator-none = none
operator-never = never
operator-you = you
operator-id = Id
operator-name = Name
operator-email = E-mail
operator-enter = Enter
operator-shown = { $count ->
    [one] 1 shown
   *[other] { $count } shown
 }
operator-first-page = From the beginning
operator-next-page = The next ones
operator-show-all = Show all of them
operator-nothing-found = Nothing has that in its name or id
operator-nothing-found-hint = A part of a word is enough. Capitals make no difference.

operator-licences = Licences
operator-licences-hint = Clients whose own time ends within 30 days, and those whose time ended in the last 30.
operator-licences-none = No licence ends within 30 days, and none has ended in the last 30.
operator-licence-ends = ends
operator-licence-ended = ended
operator-its-organization = Its organization

operator-organization = Organization
operator-external-id = Customer number
operator-below = Below
operator-at-the-top = at the top
operator-contract = Contract
operator-enter-organization = Enter an organization
operator-enter-organization-lead = A customer of yours. Its people are invited from its own page.
operator-enter-below = Enter one below it
operator-search-organizations = Name, id or customer number
operator-no-organizations = There is no organization yet
operator-no-organizations-hint = Enter the first customer; then invite one of its people as its admin.
operator-name-wrong = A name needs 1 to 200 characters, on one line, and every one must be seen: no invisible signs, and none that turn its direction.
operator-external-id-hint = Your own id for it. Your APIs are told this one. It cannot be changed later.
operator-external-id-wrong = 1 to 128 visible ASCII characters, without quote, backslash, colon, comma and slash, and not beginning with “org_”.
operator-external-id-taken = Another organization has this customer number.
operator-parent = The organization above it
operator-parent-hint = Its customer number or id. Leave it empty for an organization at the top.
operator-parent-missing = There is no organization with this id.
operator-parent-wrong = It cannot stand there: not below itself or one of its own, and not more than 32 deep.
operator-its-page = Its own page
operator-contract-hint = What is open to its clients and to those below it. The next request feels a change.
operator-contract-kind = What the contract opens
operator-as-parent = As the organization above has it
operator-as-parent-hint = Whatever is opened there, now or later, is open here too. The ticks below say nothing then.
operator-everything = Everything
operator-everything-hint = Every service, those of tomorrow as well. The ticks below say nothing then.
operator-own-contract = These services only
operator-own-contract-hint = What is ticked below, and nothing else.
operator-mixed = You changed the ticks and chose Everything, which passes them over. Nothing has been written: choose one.
operator-mixed-parent = You changed the ticks and chose what the organization above has, which passes them over. Nothing has been written: choose one.
operator-own-service-hint = It administers this installation: open it to your own staff’s organization only.
operator-not-above = Not open to the organization above.
operator-save-contract = Save the contract
operator-place = Place
operator-place-hint = Who stands above reaches it. A move is felt by the next request.
operator-move = Move it
operator-stale = Somebody changed this organization while the page was open. What you ticked is kept, and nothing has been written: save again if it should stand.
operator-stale-look = Look at it as it is
operator-done-entered = The organization is entered. Say what its contract opens, then invite its first admin from its own page.
operator-done-contract = The contract stands.
operator-done-parent = It stands where it was put.

operator-person = Person
operator-last-signed-in = Last signed in
operator-off = Switched off
operator-search-people = Name or e-mail
operator-enter-person = Enter a person
operator-enter-person-lead = To let somebody into one organization, invite them from its page instead.
operator-email-wrong = An address looks like name@example.com, in ASCII and without spaces.
operator-email-taken = This is the address of { $name } already.
operator-make-operator = One of your own staff
operator-is-operator = One of your own staff
operator-no-operator = Not one of your own staff
operator-staff-hint = Whoever is reaches every organization, and these pages.
operator-operator-hint = Reaches every organization, and these pages.
operator-make = Make operator
operator-unmake = Take it away
operator-switch-off = Switched on
operator-is-off = Switched off
operator-switch-off-hint = Whoever is switched off cannot sign in, and the next request of their own clients is refused.
operator-disable = Switch off
operator-enable = Switch on
operator-rights = Rights
operator-not-yourself = This is you. Another operator can change what you may do: so there is always one left.
operator-belongs-to = Belongs to
operator-belongs-nowhere = No organization.
operator-way-in = Way in
operator-way-in-hint = Whoever has no password yet, or has forgotten it, sets one with a link that is sent from here:
operator-done-person = The person is entered. Tell them where they set their password.
operator-done-disable = The person is switched off. The next request of their clients is refused.
operator-done-enable = The person is switched on again.
operator-done-operator = The person is an operator now.
operator-done-not-operator = The person is no operator any more.

operator-services-lead = As the configuration has them. To change one, change the file and start again.
operator-no-services = No service is configured
operator-no-services-hint = Add a [[service]] to the configuration, and start again.
operator-own-service = It is Portreeve’s own.
operator-path = Path
operator-audience = Audience
operator-dialect = Dialect
operator-tokens = Tokens
operator-tokens-live = { $format }, for { $life }
operator-token-jwt = JWT signed with { $algorithm }
operator-token-sealed = sealed, readable by nobody else
operator-token-sealed-prefix = sealed, beginning with { $prefix }
operator-token-compact = of an exact length, readable by nobody else
operator-operations = Operations
operator-operations-count = { $operations ->
    [one] 1 operation
   *[other] { $operations } operations
 }, { $scopes ->
    [0] no scope
    [one] 1 scope
   *[other] { $scopes } scopes
 }
operator-upstream = Upstream
operator-document = OpenAPI file

operator-keys-lead = A key is replaced every { $every }. The next one is published before it is used, and the old one is honoured for as long as its tokens live.
operator-keys-caption = Keys, by what they are for, the newest first
operator-key = Key
operator-key-age = Age
operator-key-in-use = In use since
operator-key-next = Next rotation
operator-key-until = until
operator-key-honoured-until = honoured until
operator-key-signs = Signs with { $algorithm }
operator-key-seals = Seals tokens
operator-key-active = In use
operator-key-published = Published
operator-key-honoured = Honoured
operator-key-removed = Over
operator-keys-count = { $count ->
    [one] 1 key
   *[other] { $count } keys
 }
operator-jwks = The public halves
operator-rotate-now = Rotate now
operator-rotate-title = Rotate the key?
operator-rotate-lead = the new key is published at once and used in { $ahead }; the old one stops then, and is honoured for { $overlap } more. No token ends, and nobody need do anything.
operator-rotate-replaces = It replaces
operator-done-rotated = The new key is published.
operator-key-soon = { $purpose }: the next key takes over { $when }.
operator-key-late = { $purpose }: the next key should have taken over { $when }.

operator-dialects-lead = How requests, tokens and refusals of a vendor look. They come from files; to change one, change its file and start again.
operator-from = From
operator-comes-along = comes along
operator-spoken-by = Spoken by
operator-spoken-by-none = no service
operator-endpoints = Endpoints
operator-file = The file
operator-dialects-count = { $count ->
    [one] 1 dialect
   *[other] { $count } dialects
 }

operator-node-well = It is well: it hears of every change, the database answers, and no line of the log is lost.
operator-node-told = Version { $version } over { $database }.
operator-node-lead = What this one process has seen since it started. Another node has its own page.
operator-version = Version
operator-running-since = Started
operator-issuer = Issuer
operator-database = Database
operator-database-kind = Kind
operator-answered = { $millis ->
    [0] answered within a millisecond
    [one] answered in 1 ms
   *[other] answered in { $millis } ms
 }
operator-unanswered = does not answer
operator-database-away = The database does not answer. Tokens that are known go on working for 15 seconds.
operator-change-log = Change log
operator-followed = heard of change { $number }
operator-behind = { $count ->
    [0] which is the newest
    [one] 1 behind
   *[other] { $count } behind
 }
operator-deaf = This node has not heard of changes for { $seconds } seconds. After 15 it refuses rather than honour rights that may be gone.
operator-dropped = { $count ->
    [one] 1 line of the access log was dropped: its output is too slow.
   *[other] { $count } lines of the access log were dropped: its output is too slow.
 }
operator-statements = Statements sent
operator-dropped-lines = Log lines dropped
operator-tokens-issued = Tokens issued
operator-since-start = Since the start, by dialect.
operator-memory = Memory
operator-memory-hint = Since the start. What is found there costs no signature and no statement.
operator-memory-of = What
operator-memory-tokens = Tokens read before
operator-memory-clients = Clients
operator-memory-hits = Found
operator-memory-misses = Not found
operator-memory-held = Held
operator-memory-share = { $percent } %
operator-memory-most = of { $most } at most
operator-doors = Requests by door
operator-doors-hint = Since the start. The reasons are those of the log.
operator-door = Door
operator-passed = Passed
operator-refused = Refused
operator-reasons = Most frequent reasons
operator-metrics = All metrics
