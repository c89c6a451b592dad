### The services' documentation.

docs-title = API documentation
docs-lead = Every page is live: authorize with a client of yours and try a call. What a page does not describe, the API refuses.
docs-services = Services
docs-in-contract = In your contract.
docs-for-everybody = Everybody may read them. To call, a program needs an identity client.
docs-not-in-contract = Not in your contract
docs-not-in-contract-line = You can read its documentation; calls are refused.
docs-service = Service
docs-base = Base address
docs-operations = Operations
docs-action = Pages
docs-open = Open and try
docs-read = Read
docs-openapi = OpenAPI
docs-of = of { $title }
docs-none = No service has been described yet
docs-none-line = The services that this server guards stand here, each with its operations and a page to try them.
docs-token = The token
docs-token-of = The token for { $titles }
docs-token-hint = One call, the same for all services.
docs-token-hint-of = One call, then any of these.
docs-token-hint-people = A person lets your application in; their refresh token is exchanged for an access token.
docs-endpoint = Token endpoint
docs-api = API address
docs-audience = Audience
docs-life = Good for
docs-life-of = { $life } for { $titles }
docs-good-for = { $life }. Keep it, and ask again when it has passed.
docs-good-for-told = { $life }: { $member } tells. Keep it, and ask again when it has passed.
docs-seconds = { $count ->
    [one] 1 second
   *[other] { $count } seconds
 }
docs-minutes = { $count ->
    [one] 1 minute
   *[other] { $count } minutes
 }
docs-hours = { $count ->
    [one] 1 hour
   *[other] { $count } hours
 }
docs-days = { $count ->
    [one] 1 day
   *[other] { $count } days
 }
docs-command = A token request in curl
docs-refused = When a call is refused
docs-refused-hint = Every refusal carries a request id.
docs-refused-status = Status
docs-refused-reason = Reason
docs-refused-help = What helps
docs-refused-expired = Ask for a new token and repeat the call once.
docs-refused-scope = An admin adds the scope to the client; the next token has it, without a new secret.
docs-refused-reach = The owner of the client does not reach that organization now.
docs-refused-unknown = The service's page does not describe this call. Look for its path and method there.
docs-document = OpenAPI
docs-yaml = As it was written
docs-postman = Postman collection
docs-closed = This service is not in the contract of { $organization }: its calls are refused.
docs-no-script = This page needs a script to send calls. Without one, the document and the collection say the same.
docs-operations-of = The operations of { $title }
docs-scheme-client = The client id and the client secret of an identity client. Tick the scopes that the token shall have.
docs-scheme-connector = An access token. A person lets your application in on { $url }, and your application is given a refresh token. Exchange it:
docs-scheme-refresh = An access token. Your application has a refresh token of a person who let it in. Exchange it:
docs-scheme-paste = Then paste the { $member } of the answer here.
docs-schema-elsewhere = Its members stand under Schemas, at the foot of the page.
docs-close = Close
docs-copy = Copy
docs-unfold = Show more
docs-copy-endpoint = Copy the token endpoint
docs-copy-api = Copy the API address
docs-ask = Ask for access
