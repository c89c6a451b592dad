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
people-switched-off = This account is switched off. One of your administrators can switch it on.
people-busy = Many people are signing in at this moment. Try again in a few seconds.
people-forgotten-link = Forgotten password?
people-password-is-new = Your password is changed, and you are signed out everywhere. Sign in with the new one.

people-name = Name
people-your-name = Your name
people-your-name-hint = What the other members will call you.
people-name-wrong = A name needs 1 to 200 characters, and no line ends.
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
people-leave-it = Leave it as it is
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

people-sessions = Signed in
people-sessions-hint = Where you are signed in now. What you do not know, end, and change your password.
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
people-again-leave = Leave it, and go back to the organization

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
