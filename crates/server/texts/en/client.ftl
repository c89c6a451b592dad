### Identity clients: made, shown, changed.

client-clients = Identity clients
client-and = { $first } and { $last }
client-copy = Copy
client-copied = Copied
client-copy-id = Copy the client id
client-copy-endpoint = Copy the token endpoint
client-cancel = Cancel
client-save = Save
client-new-window = , in a new window
client-action = Action
client-to-mend = { $count ->
    [one] One thing to mend
   *[other] { $count } things to mend
 }

## How one is doing

client-state-disabled = Disabled
client-state-expired = Expired
client-state-ends-soon = Ends soon
client-state-rotating = Rotating
client-state-not-used-yet = Not used yet
client-state-quiet = Quiet
client-state-active = Active
client-by = by { $name }
client-by-itself = a schedule
client-by-program = a program
client-by-someone-gone = somebody who is gone

## A new one

client-new = New identity client
client-new-here = New
client-new-lead = For one program. You see its secret once, on the next page.
client-make = Make the client
client-owner = Owner
client-owner-me = Me, { $name }
client-owner-organization = { $below ->
    [0] Reaches this organization. It stays when people leave.
    [one] Reaches this organization and the one below it. It stays when people leave.
   *[other] Reaches this organization and the { $below } below it. It stays when people leave.
 }
client-owner-me-reaches = Reaches every organization that I may reach at the moment of each call: { $count } today. It ends with my account.
client-owner-only-me = An administrator of this organization can make clients that are its own.
client-owner-unchosen = Choose for whom the client stands.
client-reaches-nothing = Nothing at present
client-reaches-more = { $names } and { $more } more
client-name = Name
client-name-hint = The program and what it is for. Colleagues see it here, in the audit log and in mails.
client-name-wrong = A name needs 1 to 200 characters, on one line, and every one must be seen: no invisible signs, and none that turn its direction.
client-scopes = Scopes
client-scopes-hint = Tick only what the program does. More can be added later without a new secret.
client-scopes-again = Before a client may do more, your password is asked for again.
client-scopes-none = Tick at least one scope: without any, every call would be refused.
client-scopes-gone = What was ticked is not offered any more. Look at the ticks again.
client-scopes-many = These are more scopes than one token can name. Make two clients of it.
client-full-organization = This organization has { $most } identity clients, which is as many as one may have. Delete one that nobody uses, or ask us for more.
client-full-person = You have { $most } identity clients of your own, which is as many as one may have. Delete one that you do not use, or ask us for more.
client-scopes-closed = The contract of this owner does not open { $title }. Untick its scopes, or choose the other owner.
client-nothing-open = No service is open to this organization yet, so there is nothing to tick. Its contract with the vendor says which are.
client-documentation = Documentation
client-basic-why = Basic: every client of this API has it, whatever else is ticked.
client-tick-basic = basic
client-tick-reads = reads
client-tick-writes = writes
client-tick-also = Also for { $titles }.
client-tick-elsewhere = Tick it at { $title }: it is the same for both.
client-no-scopes = This service asks for no scopes: any token for it will do.
client-back = Where people come back to
client-back-hint = Tokens for this service come from people who let the program in. Afterwards they return to one of these addresses, one on each line: https://…, or http://127.0.0.1:… on their own machine.
client-back-missing = Write at least one address: people come back to it when they have let the program in.
client-back-not-needed = Tick a scope of this service, or leave this empty: people return from nowhere else.
client-back-many = { $most } addresses are the most.
client-back-wrong = Line { $number }: “{ $text }” cannot be such an address. Write https://… in full, or http://127.0.0.1:…, without a # part.
client-limits = Limits
client-limits-hint = All optional.
client-limits-again = Before a limit is widened, your password is asked for again.
client-limits-again-now = Show it now
client-ends = Ends
client-ends-secret = Secret ends
client-ends-client = Client ends
client-ends-year = In a year
client-ends-date = On a date
client-ends-never = Never
client-ends-on = The last day
client-ends-hint = In a year is { $day }. We write 30, 7 and 1 days before. A date is the last day on which it works.
client-ends-client-hint = From then on every call is refused, whichever secret is shown. A date is the last day on which it works.
client-ends-never-said = never
client-ends-unchosen = Choose when it ends.
client-ends-on-missing = Choose the last day.
client-ends-on-unreadable = That is no day. Write it as year, month and day: 2027-11-21.
client-ends-on-past = That day is over, or is today. Choose a later one.
client-ends-on-far = Ten years ahead is the most.
client-networks = Allowed networks
client-networks-hint = One network or address on each line. Empty: from anywhere.
client-networks-anywhere = It may call from anywhere.
client-networks-theirs = Only its owner sees from where it is used and may call.
client-line = Line { $number }:
client-network-unreadable = “{ $text }” is no network. Write an address such as 203.0.113.7, or a network such as 203.0.113.0/24.
client-network-prefix = after the slash, write a number from 0 to { $most }.
client-network-prefix-long = after the slash, { $most } is the most.
client-network-host-bits = the address is not the first of its network.
client-network-many = { $most } networks are the most.
client-network-this-one = For this one address write
client-network-whole = For the whole network write
client-life = Life of an access token
client-life-short = Token life
client-life-service = { $length }, as the service has it
client-life-unit = minutes
client-life-hint = Empty: as long as the service has it. Rights are checked at every call, so a long life takes nothing from your control.
client-life-wrong = Write whole minutes, from { $least } to { $most }.
client-life-bounds = { $count ->
    [one] { $titles } allows { $least } to { $most }.
   *[other] { $titles } allow { $least } to { $most }.
 }

## What it will be able to do

client-summary = What it will be able to do
client-summary-where = Where
client-summary-read = Read
client-summary-change = Change
client-summary-hold = Hold
client-summary-from = From
client-summary-nothing = nothing
client-summary-until = Until
client-from-anywhere = Anywhere
client-from-networks = { $count ->
    [one] 1 network
   *[other] { $count } networks
 }
client-from-networks-script = {"{}"} networks
client-from-to-mend = { $count ->
    [one] 1 line to mend
   *[other] { $count } lines to mend
 }
client-until-never = It does not end
client-until-date = The day that you choose
client-confirm-lead = Read once more what it will be able to do. Its secret is on the next page, once.
client-confirm-owner = Owner: { $owner }.
client-confirm-back = Change something

## The secret, once

client-once = Store the secret now
client-once-new = Store the new secret now
client-once-lead = It is shown this once. We keep a fingerprint of it, not the secret itself.
client-once-lead-sealed = It is shown this once. We keep a sealed copy to check signatures with; it is shown to nobody again.
client-once-lost = Lost later? Rotate: the program keeps running meanwhile.
client-once-ends = Ends { $day }.
client-once-never-ends = It does not end by itself.
client-once-checksum = The grey end is a checksum: a mistyped secret is told apart from a wrong one.
client-once-older = The old secret still works: until { $when }. Move every program to the new one before.
client-once-older-ended = The older secrets have ended, and every token that came of them. Programs are refused until they have this one.
client-id = Client id
client-endpoint = Token endpoint
client-endpoint-of = Token endpoint, { $titles }
client-first-call = First call
client-first-call-hint = Filled in for this client. Paste it into a terminal or a program.
client-first-call-connect = Tokens for this service come from people who let the program in. Send them here first; what returns with them takes the place of <refresh token> below:
client-language = Language
client-try = Try it
client-try-hint = Authorize and call from the page, with this id and secret.
client-try-count = { $count ->
    [one] 1 operation open to this client
   *[other] { $count } operations open to this client
 }
client-try-open = Open the { $title } page
client-stored = I have stored it
client-stored-hint = Opens the client’s page. The secret is then gone from here.

## Its page

client-edit = Edit
client-rotate = Rotate secret
client-new-secret = New secret
client-made-by = Made by
client-done-made = This client is made already. Its secret was shown once, in answer to the form that was sent first. If nobody stored it, rotate.
client-done-edited = Saved. The next call feels it.
client-done-scopes = Saved. The next call feels it; a program that needs a new scope asks for a new token.
client-done-kept = The secret ends at the new time.
client-done-removed = The secret is removed. Tokens that came before it have ended: programs ask anew with another secret.
client-done-disabled = Disabled. Every call is refused from now on.
client-done-enabled = Enabled. Tokens that have not expired work again.
client-secrets = Secrets
client-secrets-hint = Tokens a day with each, over four weeks.
client-secrets-caption = Secrets, the newest first
client-secrets-none = It has no secret: no program can use it. Rotate to make one.
client-secret-only = Secret
client-secret-new = New
client-secret-old = Old
client-secret-ended = Ended
client-secret-made = Made
client-secret-used = Last used
client-secret-unused = not yet
client-secret-today = Tokens today
client-keep = Keep longer
client-remove = Remove
client-the-only = Secret
client-the-new = New secret
client-the-old = Old secret
client-the-ended = Ended secret
client-lane-rotated = { $day }, rotated
client-lane-today = today
client-lane-quiet = { $days ->
    [one] quiet 1 day
   *[other] quiet { $days } days
 }
client-lane-ends = ends { $day }
client-lane-used = last used { $when }
client-lane-unused = not used yet
client-lane-finding = Tokens a day with two secrets: the new one, { $new }, { $used }; the old one, { $old }, { $old_used }.
client-lane-finding-one = Tokens a day with the secret { $hint }, { $used }.
client-note-disabled = Disabled.
client-note-disabled-text = Every call and every request for a token is refused until somebody enables it.
client-note-disabled-act = Enable…
client-note-over = Ended on { $day }.
client-note-over-text = Every call is refused. Give it a later end, or delete it.
client-note-no-secret = Its last secret has ended.
client-note-no-secret-text = Every request for a token is refused. Make a new secret, and give it to the program.
client-note-ends = It ends { $when }.
client-note-ends-text = From then on every call is refused.
client-note-secret-ends = Its secret ends { $when }.
client-note-secret-ends-text = From then on every request for a token is refused. Rotate now, and the program moves without a gap.
client-note-quiet = { $days ->
    [one] The old secret has been quiet for 1 day.
   *[other] The old secret has been quiet for { $days } days.
 }
client-note-quiet-since = Nothing has used it since { $when }.
client-note-quiet-never = Nothing has ever used it.
client-note-quiet-ends = You can remove it before it ends by itself on { $day }.
client-note-quiet-stays = It does not end by itself: you can remove it.
client-note-quiet-act = Remove the old secret
client-scopes-change = Change scopes
client-held-basic = { $titles }, basic
client-held-unknown = No service asks for it any more.
client-held-none = It has no scope: every call is refused. Tick what the program needs.
client-connections = Connections
client-connections-hint = People who let it act for them.
client-connections-count = { $count ->
    [0] Nobody has let it in yet.
    [one] One person’s connection stands.
   *[other] { $count } connections stand.
 }
client-connections-more = { $count } connections stand among the first that were made, and there are more.
client-connections-link = See who, and end one
client-connections-lead = People who let { $name } act for them, until they or you end it.
client-connections-caption = Connections, the newest first
client-connections-person = Person
client-connections-all = and all others that they reach
client-connections-none = Nobody has let it in
client-connections-none-hint = Whoever grants it access stands here, with what it may do for them and when it last did.
client-connection-ask = End the connection with { $person }?
client-connection-means = The next request of { $name } for this person is refused. Only they can let it in again.
client-connection-ended = The connection with { $person } has ended. Its next request is refused.
client-back-list = They come back to one of these:
client-usage = Usage
client-usage-hint = Requests a day through the gate, over four weeks. Refusals hang below the line.
client-usage-none = Nothing was called within four weeks.
client-usage-tokens = Tokens issued: { $tokens }.
client-usage-link = Its usage in detail
client-usage-finding = { $passed } requests passed within four weeks and { $refused } were refused.
client-refusals = Refusals
client-refusals-hint = The last 7 days, by reason.
client-refusals-none = Nothing was refused within seven days.
client-refusals-caption = Refusals of the last 7 days by reason, the most frequent first
client-refusal = Reason
client-refusal-times = Times
client-refusal-last = Last
client-refusal-request = Request id
client-why = Why was my call refused?
client-why-example = Request id, from the answer
client-why-explain = Explain
client-history = Changes
client-history-all = All of them
client-did-registered = Made
client-did-rotated = New secret
client-did-secret-removed = Secret removed
client-did-secret-end-set = Secret given another end
client-did-particulars-set = Name or limits changed
client-did-access-set = Scopes changed
client-did-scopes-set = Scopes changed
client-did-redirect-uris-set = Addresses to come back to changed
client-did-disabled = Disabled
client-did-enabled = Enabled
client-stop = Stop this client
client-stop-hint = Felt by the very next call.
client-disable = Disable
client-disable-title = Disable { $name }?
client-disable-text = Every call is refused until you enable it again. Secrets and scopes stay as they are.
client-enable = Enable
client-enable-title = Enable { $name }?
client-enable-text = Its secrets are accepted again, and tokens that have not expired work again.
client-delete = Delete
client-delete-ask = Delete…
client-delete-text = For good. Its id is never given out again, and the audit log keeps its history. We ask you to type the name.

## Changed

client-edit-title = Edit { $name }
client-edit-lead = The next call feels it. Secrets and scopes stay as they are.
client-scopes-title = Scopes of { $name }
client-scopes-lead = What it loses is lost at once, for tokens in use as well. What it gains comes with its next token.
client-scopes-lost = { $count ->
    [one] It also has a scope that is not offered any more. Saving takes it away:
   *[other] It also has scopes that are not offered any more. Saving takes them away:
 }
client-rotate-title = New secret for { $name }
client-rotate-lead = You see it once, on the next page. Programs move to it while the old one still works.
client-rotate-make = Make the new secret
client-overlap = Old secret
client-overlap-hint = { $count ->
    [one] How long it lives on, so that programs can move.
   *[other] How long these { $count } live on, so that programs can move.
 }
client-overlap-day = 24 hours
client-overlap-week = 7 days
client-overlap-month = 30 days
client-overlap-none = Not at all
client-overlap-until = It works until { $when }, unless its own end comes first.
client-overlap-none-text = It ends now, and every token that came of it. For a secret in wrong hands.
client-overlap-unchosen = Choose how long the old secret lives on.
client-overlap-full = { $count } secrets live already, and that is the most. Remove one that is quiet, or end them all now.
client-overlap-full-link = See the secrets
client-secret-new-head = New secret
client-secret-last-used = Last used { $when }
client-secret-from = from { $address }.
client-secret-never-used = Nothing has ever used it.
client-secret-ends = It ends { $when }.
client-secret-has-ended = It ended { $when }.
client-secret-ends-never = It does not end by itself.
client-keep-head = Another end
client-keep-hint = Later, sooner, or never. Tokens that came of it stay.
client-longer-week = In 7 days
client-longer-month = In 30 days
client-longer-hint = In 7 days is { $week }, in 30 days { $month }. A date is the last day on which it works.
client-keep-save = Set the end
client-remove-head = Remove it
client-remove-what = Remove { $hint }
client-remove-text = At once. Every token that the client has ends with it, whichever secret it came of; programs that hold another secret ask anew and notice nothing else.
client-remove-last = It is the only one: every request for a token is refused until there is a new secret.
client-remove-do = Remove the secret
client-delete-title = Delete “{ $name }”?
client-delete-lead = The next call will be refused, and this cannot be undone.
client-delete-did-call = { $count ->
    [one] It called once in the last 24 hours.
   *[other] It called { $count } times in the last 24 hours.
 }
client-delete-did-ask = { $count ->
    [one] It asked for one token in the last 24 hours.
   *[other] It asked for { $count } tokens in the last 24 hours.
 }
client-delete-did-nothing = It did nothing in the last 24 hours.
client-delete-connections = { $count ->
    [one] One person’s connection ends with it.
   *[other] { $count } people’s connections end with it.
 }
client-delete-type = Type its name
client-delete-or = or its client id:
client-delete-untyped = Type the name of the client, or its id.
client-delete-mistyped = That is not its name. Write it as it stands on top of this page, or write its id.
client-delete-do = Delete for good
client-meanwhile-title = Somebody was faster
client-meanwhile-text = This client was changed after you opened that page, or the form was sent twice. Nothing was changed now. Look at it again, and repeat what is still to be done.
client-meanwhile-rotated = This client was changed after you opened that page, or the form was sent twice. No further secret was made. If it was sent twice, the new secret stood in the first answer; if nobody stored it, rotate again.
client-meanwhile-look = Look at it again
client-meanwhile-typed = Somebody changed this client after you opened this page; by now it is called “{ $name }”. What you typed stands below. Send it again, and it takes the place of what stands now.
client-meanwhile-ticked = Somebody changed this client after you opened this page. Your ticks stand below. Send them again, and they take the place of what stands now.

## Why it was refused: what was so, and what to do

client-refused-other = Refused: { $reason }
client-refused-too_many_attempts = Too many failed attempts
client-remedy-too_many_attempts = Wait as long as Retry-After says; then show the right secret.
client-refused-method_not_allowed = The endpoint does not take that method
client-refused-content_type_wrong = The body had another Content-Type than the endpoint takes
client-refused-body_too_large = The body was too large
client-refused-body_malformed = The body could not be read
client-refused-parameter_repeated = A parameter stood there twice
client-refused-parameter_repeated-about = The parameter { $about } stood there twice
client-refused-parameter_missing = A parameter was missing
client-refused-parameter_missing-about = The parameter { $about } was missing
client-refused-parameter_empty = A parameter was empty
client-refused-parameter_empty-about = The parameter { $about } was empty
client-refused-parameter_unknown = A parameter is unknown
client-refused-parameter_unknown-about = The parameter { $about } is unknown
client-refused-parameter_malformed = A parameter could not be read
client-refused-parameter_malformed-about = The parameter { $about } could not be read
client-refused-secret_in_query = A secret stood in the address
client-remedy-secret_in_query = Addresses end up in logs. Rotate, and send the secret in the body or the Authorization header.
client-refused-credentials_twice = The secret was sent in two places
client-remedy-credentials_twice = Send it in the Authorization header or in the body, not in both.
client-refused-credentials_missing = The request did not say which client made it
client-refused-credentials_malformed = The Authorization header could not be read
client-refused-secret_wrong = The secret was wrong
client-remedy-secret_wrong = Compare its last four letters with those above. Lost? Rotate.
client-refused-secret_expired = The secret had ended
client-remedy-secret_expired = Give the program the newer secret, or rotate.
client-refused-client_disabled = The client was disabled
client-remedy-client_disabled = Enable it, if that was not meant.
client-refused-client_expired = The client had ended
client-remedy-client_expired = Give it a later end under Edit.
client-refused-owner_disabled = Its owner was disabled or gone
client-remedy-owner_disabled = Whoever administers the owner can enable the account.
client-refused-client_network_foreign = It asked for a token from another network
client-refused-client_network_foreign-about = It asked for a token from { $about }
client-remedy-client_network_foreign = Only the allowed networks may. Add the address under Edit, if it is yours.
client-refused-network_foreign = It called from another network
client-refused-network_foreign-about = It called from { $about }
client-remedy-network_foreign = Only the allowed networks may. Add the address under Edit, if it is yours.
client-refused-service_closed = The contract does not open this service
client-refused-service_closed-about = The contract does not open { $about }
client-remedy-service_closed = Ask the vendor, or untick its scopes.
client-refused-signature_missing = The request was not signed
client-refused-signature_wrong = The signature was wrong
client-remedy-signature_wrong = It is made with the client’s secret: compare the last four letters.
client-refused-signature_expired = The signature was too old
client-remedy-signature_expired = Check the clock of the machine that signs.
client-refused-grant_unknown = The grant_type is unknown
client-refused-grant_not_allowed = The client may not use that grant_type
client-refused-refresh_token_unknown = The refresh token was not valid
client-refused-refresh_token_expired = The refresh token had expired
client-refused-refresh_token_reused = A refresh token was used a second time
client-remedy-refresh_token_reused = Two programs may share it. Everything that came of it has ended.
client-refused-refresh_token_of_another = The refresh token was another client’s
client-refused-connection_ended = The connection had ended
client-remedy-connection_ended = The person who let it in ended it, or somebody for them. Ask them to connect anew.
client-refused-audience_unknown = The audience is unknown
client-refused-audience_unknown-about = The audience { $about } is unknown
client-refused-audience_not_allowed = No scope of that API is ticked
client-refused-audience_not_allowed-about = No scope of { $about } is ticked
client-remedy-audience_not_allowed = Tick one under Change scopes.
client-refused-audience_missing = The request did not say for which API
client-remedy-audience_missing = Name one with audience or resource, or ask for scopes of one API only.
client-refused-scope_malformed = The scope could not be read
client-remedy-scope_malformed = Write names with one space between them.
client-refused-scope_unknown = A scope is unknown
client-refused-scope_unknown-about = Scope { $about } is unknown
client-refused-scope_not_allowed = It asked for a scope that is not ticked
client-refused-scope_not_allowed-about = It asked for { $about }, which is not ticked
client-remedy-scope_not_allowed = Tick it under Change scopes, or do not ask for it.
client-refused-token_missing = The call had no token
client-refused-token_twice = The call had more than one token
client-refused-token_malformed = The token was not valid
client-refused-token_forged = The token was not valid
client-refused-token_expired = The token had expired
client-remedy-token_expired = Ask for a new one when expires_in has passed.
client-refused-token_revoked = The token was revoked
client-remedy-token_revoked = A secret was removed, or the token was revoked. Ask for a new one.
client-refused-token_wrong_audience = The token was for another service
client-remedy-token_wrong_audience = Ask for a token of the service that is called.
client-refused-token_client_disabled = The client was disabled, had ended, or its owner was gone
client-refused-token_of_another = It tried to revoke another client’s token
client-refused-scope_insufficient = A scope is not granted
client-refused-scope_insufficient-about = Scope { $about } is not granted
client-remedy-scope_insufficient = Tick it under Change scopes; then ask for a new token.
client-remedy-scope_insufficient-call = { $call } needs it.
client-refused-organization_missing = The call did not name an organization
client-refused-organization_out_of_reach = The organization is out of reach
client-refused-organization_out_of_reach-about = Organization { $about } is out of reach
client-remedy-organization_out_of_reach = The owner of this client does not reach it.
client-refused-organization_unknown = There is no such organization
client-refused-organization_unknown-about = There is no organization { $about }
client-refused-organization_not_chosen = The token was for no organization in particular
client-remedy-organization_not_chosen = Ask for one that names the organization.
client-refused-organizations_too_many = It reaches more organizations than one call may carry
client-remedy-organizations_too_many = Name one in the call.
client-refused-operation_unknown = There is no such operation
client-refused-operation_method = The operation does not take that method
client-refused-path_ambiguous = The path could be read in two ways
client-refused-request_malformed = The request could not be read
client-refused-upstream_unreachable = The API could not be reached
client-remedy-upstream_unreachable = The token stays valid: try again.
client-refused-upstream_slow = The API took too long
client-remedy-upstream_slow = The token stays valid: try again.
client-refused-temporarily_unavailable = The server could not answer
client-refused-server_error = The server failed
