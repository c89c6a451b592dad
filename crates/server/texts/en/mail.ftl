### What is sent by mail. Nothing here holds a code or an address of a page: those stand
### on lines of their own.

mail-where = { $vendor }, { $issuer }
mail-typed = If the link does not open, go to { $page } and type this code:
mail-why-admins = You get this because you administer { $organization }.
mail-why-owner = You get this because the identity client is yours.
mail-fact-client = Identity client
mail-fact-id = Client id
mail-fact-secret = Secret
mail-fact-owner = Owner
mail-fact-ends = Ends
mail-fact-ended = Ended
mail-fact-used = Last used
mail-never-used = Never
mail-secret-of = Made on { $day }
mail-secret-hint = …{ $hint }, made on { $day }
mail-open-client = Open the identity client

mail-invitation-subject = { $by } invites you to { $organization }
mail-invitation-admin = You would be an admin there. At { $vendor }, admins make and change the identity clients of their organization, and decide who belongs to it.
mail-invitation-member = You would be a member there. At { $vendor }, members see their organization and its identity clients, and make identity clients of their own.
mail-invitation-accept = Accept the invitation
mail-invitation-until = The invitation stands until { $until } and works once.
mail-invitation-leave = If you did not expect it, leave it: without the code nothing happens.
mail-invitation-why = You get this because { $by } wrote your address.

mail-reset-subject = Choose a new password for { $vendor }
mail-reset = Somebody asked for a new password for { $email }.
mail-reset-choose = Choose a new password
mail-reset-until = The link works once, until { $until }. Until then your password stays as it is.
mail-reset-leave = If it was not you, there is nothing to do: whoever cannot read your mail cannot use the link.
mail-reset-why = You get this because somebody wrote your address where one asks for a new password.

mail-changed-subject = Your password for { $vendor } was changed
mail-changed = The password of { $email } was changed on { $at }. Wherever else you were signed in, you are no more.
mail-changed-not-you = If it was not you, choose another one now.
mail-changed-choose = Choose another password
mail-changed-why = You get this whenever your password is changed.

mail-proven = With it you have shown for the first time that mail to { $email } reaches you. Until now somebody else could have used the account, so what it had let in was stopped.
mail-proven-clients = { $count ->
    [one] 1 identity client of your own was disabled. If you made it, give it a new secret and enable it again; if not, delete it.
   *[other] { $count } identity clients of your own were disabled. Give those that you made a new secret and enable them again; delete the others.
 }
mail-proven-connections = { $count ->
    [one] 1 connection ended. If you let that application in, it will ask you again.
   *[other] { $count } connections ended. The applications that you let in will ask you again.
 }

mail-joined-subject = { $name } joined { $organization }
mail-joined-admin = { $email } accepted your invitation and is an admin there now.
mail-joined-member = { $email } accepted your invitation and is a member there now.
mail-joined-see = See the members
mail-joined-why = You get this because you sent the invitation.

mail-ends-subject = { $days ->
    [one] A secret of { $client } ends within a day
   *[other] A secret of { $client } ends in { $days } days
 }
mail-ends = It ends on { $at }. From then on, programs that show it are refused.
mail-ends-rotate = Rotate it: make a new secret, give it to the program, and remove this one when it has gone quiet.
mail-ends-replaced = A newer secret is there, but a program still uses this one. Give it the newer one before then.
mail-ended-subject = A secret of { $client } has ended
mail-ended = It ended on { $at }. Programs that show it are refused.
mail-ended-rotate = If the program is still needed, make a new secret and give it to the program.
mail-ended-replaced = A newer secret is there, but a program used this one until the end. Give it the newer one.

mail-client-ends-subject = { $days ->
    [one] { $client } ends within a day
   *[other] { $client } ends in { $days } days
 }
mail-client-ends = The identity client ends on { $at }. From then on, its every token and request is refused.
mail-client-ends-later = If it is needed for longer, give it a later end.
mail-client-ended-subject = { $client } has ended
mail-client-ended = The identity client ended on { $at }. Its every token and request is refused.
mail-client-ended-later = If it is still needed, give it a later end: its secrets stay as they are.

mail-disabled-subject = { $client } was disabled
mail-disabled = { $by } disabled the identity client on { $at }. Its every token and request is refused.
mail-disabled-again = It can be enabled again. Tokens that have not expired by then work again.
