### People: signing in, passwords, invitations, members, and what is a person's own.

people-password-wrong = That e-mail and password do not belong together. { $left ->
    [0] Wait { $wait } before you try again.
    [1] You can try once more, then we ask you to wait { $wait }.
   *[other] You can try { $left } more times, then we ask you to wait { $wait }.
 }
people-password-not-yours = That is not your password. { $left ->
    [0] Wait { $wait } before you try again.
    [1] You can try once more, then we ask you to wait { $wait }.
   *[other] You can try { $left } more times, then we ask you to wait { $wait }.
 }
people-too-many-attempts = Too many attempts from where you are. Wait { $wait }, then try again.
people-too-many-with-account = Too many attempts with this e-mail address. Wait { $wait }, then try again.
people-switched-off = This account is switched off. One of your administrators can switch it on.
people-busy = Many people are signing in at this moment. Try again in a few seconds.
people-forgotten-link = Forgotten password?
people-password-is-proven = Your password is changed, and for the first time it is shown that the address is yours. Somebody else could have used the account until now, so its own identity clients are disabled and its connections ended. Sign in with the new password and look at them: enable what is yours, delete the rest.
people-password-is-new = Your password is changed, and you are signed out everywhere. Sign in with the new one.

people-name = Name
people-your-name = Your name
people-your-name-hint = What the other members will call you.
people-name-wrong = A name needs 1 to 200 characters, on one line, and every one must be seen: no invisible signs, and none that turn its direction.
people-email = E-mail
people-email-wrong = An e-mail address looks like name@example.com, with no spaces and no accents.
people-role = Role
people-role-admin = Admin
people-role-member = Member
people-role-admin-may = Makes and rotates identity clients, invites people and changes their roles.
people-role-member-may = Sees the organization and what its clients call, and makes identity clients of their own.
people-your-role = Your role
people-members = Members
people-clients = Identity clients
people-action = Action
people-end = End
people-keep = Keep these
people-cancel = Cancel
people-not-now = Not now

people-nowhere = You belong to no organization yet
people-nowhere-invite = One of its administrators can invite { $email }. The invitation comes by mail; the link in it brings you in.
people-nowhere-still = Applications that you let in stand under Connections all the same.
people-nowhere-connections = Your connections
people-places-lead = Those that you belong to, each with what is below it.
people-places-all = All organizations
people-places-count = { $count ->
    [one] 1 organization
   *[other] { $count } organizations
 }

people-look = Look
people-look-hint = Kept in this browser.
people-theme = Colours
people-theme-device = As the device has it
people-theme-light = Light
people-theme-dark = Dark
people-zone = Time zone
people-zone-hint = A name such as Europe/Oslo, or UTC. Times are told in it.
people-zone-wrong = No time zone has this name. Write a continent and a city, such as Europe/Oslo.
people-look-kept = Kept. Pages look like this in this browser from now on.

people-sessions = Where you are signed in
people-sessions-hint = What you do not know, end, and change your password.
people-sessions-end = End all others
people-sessions-count = { $count ->
    [one] 1 session
   *[other] { $count } sessions
 }
people-session-ended = That session has ended. Its next page asks for a password.
people-sessions-ended = All other sessions have ended.
people-browser = Browser
people-browser-on = { $browser } on { $system }
people-browser-unknown = A browser without a name
people-this-one = this one
people-address = Address
people-used = Last used
people-began = Signed in
people-end-what = the session of { $browser }

people-password = Password
people-password-about = Changing it signs you out everywhere else.
people-password-change = Change the password
people-password-change-lead = Everywhere else you will be signed out.
people-password-changed = Your password is changed. All other sessions have ended.
people-password-old = Password until now
people-password-new = New password
people-password-twice = New password once more
people-password-set = Set the password
people-password-rules = 12 characters or more. Three words in a row are easy to keep.
people-password-short = { $least } characters at least. Three words in a row are easy to keep.
people-password-long = { $most } bytes at most. Take a shorter one.
people-password-control = A password is one line, without tabs.
people-password-address = The e-mail address is no password. Take another one.
people-password-same = This is the password until now. Take another one.
people-password-differs = The two are not the same. Type the new password again, twice.
people-password-choose = Choose a new password
people-password-choose-lead = Afterwards you are signed out everywhere, and sign in with the new one.

people-again = Sign in again
people-again-lead = You are signed in as { $email }. Before secrets and roles change, show your password once more.
people-again-go = Go on
people-again-leave = Cancel, and go back to the organization

people-forgotten = Forgotten password
people-forgotten-lead = We send you a link by mail. It works once, within the hour.
people-forgotten-send = Send the link
people-forgotten-back = Back to signing in
people-forgotten-sent = Look into your mail
people-forgotten-if = If { $email } is known here, a mail with a link to a new password is on its way.
people-forgotten-look = It comes within minutes. If it does not, look for it among the unwanted mail, and see whether the address is right.
people-forgotten-anew = Ask for a new link
people-forgotten-no-mail = No mails leave this server. Whoever runs { $vendor } can set a new password for you.

people-code = Code
people-code-hint = It stands in the mail. If you opened the link in it, it is here already.
people-code-dead = This code opens nothing: it was used, or its hour is over. Ask for a new link.

people-welcome = Accept an invitation
people-welcome-lead = Somebody invited you to their organization at { $vendor }.
people-welcome-look = Look at the invitation
people-welcome-known = Have you joined already?
people-invitation-dead = This code opens nothing: the invitation was used or taken back, or its time is over. Ask whoever invited you to send it again.
people-join = Join { $organization }
people-join-kicker = An invitation
people-join-before = Join
people-join-by = { $by } invited { $email }.
people-join-clients = { $count ->
    [one] You have 1 identity client of your own. It will reach this organization too.
   *[other] You have { $count } identity clients of your own. They will reach this organization too.
 }
people-join-now = Join
people-join-known = You are known here already. Sign in first; then you join.
people-join-other = You are signed in as { $email }, and { $invited } is invited. Sign out, then open the link once more.

people-member = Member
people-members-hint = Admins make and rotate clients, and invite people. Whoever is an admin of an organization above is one here too.
people-members-see = See the members
people-members-all = All members
people-members-count = { $count ->
    [one] 1 member
   *[other] { $count } members
 }
people-you = you
people-never = never
people-off = Switched off
people-last-signed-in = Last signed in
people-search = Name or address
people-search-button = Search
people-none-found = Nobody here has this name or address
people-none-found-hint = A part of either is enough. People of organizations above and below have lists of their own.
people-none-yet = Nobody belongs here yet
people-none-yet-hint = Invite the first admin, who invites the others.
people-first-page = First page
people-next-page = Next page
people-change = Change
people-leave = Leave
people-remove = Remove

people-invite = Invite a member
people-invite-lead = Whoever has the address gets a link, and joins with it.
people-invite-whom = Whom
people-invite-mail = The invitation goes there by mail. It stands for 14 days and works once.
people-invite-no-mail = No mails leave this server: the next page shows a link that you give to the person yourself.
people-invite-send = Invite
people-invite-another = Invite another
people-invite-member = { $name } belongs here already. Change the role in the list of members instead.
people-invite-full = { $most } invitations wait already. Take some back first.
people-invite-wait = You have sent as many invitations as one may in an hour. Wait { $wait }, then send the next.
people-invited = { $days ->
    [0] Invited today
    [1] Invited yesterday
   *[other] Invited { $days } days ago
 }
people-invitation = Invitation
people-invitation-over = Invitation expired
people-waits = Waits
people-expired = Expired
people-invited-title = The invitation is sent
people-invited-link = Give this link to the person you invite
people-invited-mailed = A mail to { $email } is on its way.
people-invited-not-mailed = No mail leaves for { $email }. Whoever has the link joins with that address.
people-invited-until = Stands until
people-invited-by = Invited by
people-invited-on = Sent
people-invited-next = What is next
people-invited-theirs = Only the mail holds the link, so that whoever joins is whoever has the address. It can be sent again, or withdrawn, from the list of members.
people-invited-unsent = The invitation stands, its mail does not
people-invited-stuck = The mail to { $email } could not be sent: too many are waiting.
people-invited-queue = Send it again in a few minutes, from the list of members.
people-invited-the-link = The link
people-invited-once = It is shown this once.
people-invited-careful = Give it to nobody else: whoever opens it first joins.
people-invited-before = The link was shown when the invitation was sent. For a new one, send the invitation again.
people-copy = Copy
people-send-again = Send again
people-again-mail = A new mail leaves with a new link. The link sent before opens nothing from then on.
people-again-no-mail = You get a new link to give to the person. The one before opens nothing from then on.
people-withdraw = Take it back
people-withdraw-means = The link opens nothing from then on. You can invite the address again.
people-done-withdrawn = The invitation is taken back. Its link opens nothing.
people-done-role = The role is changed, from the next page on.
people-done-removed = Removed. Their next page here is closed to them.

people-role-give = Change the role
people-leave-means = You will not see { $organization } any more. One of its admins can invite you again.
people-remove-means = { $name } will not see this organization any more. You can invite them again.
people-still = { $name } still reaches this organization through { $organization }.
people-still-you = You still reach it through { $organization }.
people-ends-clients = { $count ->
    [one] 1 identity client of { $name } no longer reaches this organization.
   *[other] { $count } identity clients of { $name } no longer reach this organization.
 }
people-ends-yours = { $count ->
    [one] 1 identity client of yours no longer reaches it.
   *[other] { $count } identity clients of yours no longer reach it.
 }
people-ends-invitations = { $count ->
    [one] 1 invitation that waits is taken back.
   *[other] { $count } invitations that wait are taken back.
 }
people-last-admin = { $name } is the only admin. Make somebody else an admin first.
people-last-admin-you = You are the only admin. Make somebody else an admin first.
people-nobody = Nobody here has this name
people-nobody-here = Nobody with this id belongs to { $organization }, or not any more. If you removed them just now, it is done.

people-connections-lead = Applications that may act for you, until you end them.
people-connections-none = No application acts for you
people-connections-none-hint = When you connect one to { $vendor }, it stands here, with what it may do and when it last did.
people-connections-caption = Your connections, newest first
people-connections-application = Application
people-connections-where = Where
people-connections-may = May
people-connections-made = Made
people-connections-at = at { $vendor }
people-connections-all = and all others that you reach
people-connections-end = the connection of { $application }
people-connections-count = { $count ->
    [one] 1 connection
   *[other] { $count } connections
 }
people-not-yet = not yet
people-connection-ended = The connection of { $application } has ended. Its next request is refused.
people-connection-ask = End the connection of { $application }?
people-connection-used = Last used: { $when }.
people-connection-unused = It has not been used yet.
people-connection-means = Its next request is refused. To let it in again, you connect { $application } anew.
people-connection-end = End it for good
people-connection-keep = Cancel

people-sign-out = Sign out?
people-sign-out-means = You are signed in as { $email }. Applications that you let in go on working.
people-stay = Stay
people-signed-out = You are signed out
people-signed-out-means = Applications that you let in go on working until you end them.
