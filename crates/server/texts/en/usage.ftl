### What clients call, and why a call was refused.

usage-title = Usage
usage-span = Time
usage-span-day = 24 hours
usage-span-week = 7 days
usage-span-month = 30 days
usage-span-year = 12 months
usage-client = Client
usage-service = Service
usage-all = All { $count }
usage-show = Show
usage-export = Export as CSV
usage-requests = Requests
usage-requests-hint = Through the gate and at the token endpoint, by UTC. Refusals hang below the line.
usage-passed = Passed
usage-refused = Refused
usage-tokens = Tokens issued
usage-clients-in-use = Clients in use
usage-share = { $share } % of all requests
usage-per-cent = { $share } %
usage-more = { $share } % more than in as long a time before
usage-less = { $share } % less than in as long a time before
usage-nothing-before = nothing in as long a time before
usage-no-tokens = none asked for
usage-one-token-for = one for { $requests } requests
usage-in-use = { $used } of { $all }
usage-not-in-use = { $unused } without a call, { $expired } expired, { $disabled } disabled
usage-finding = { $span }: { $passed } requests passed and { $refused } were refused.
usage-legend-requests = { $passed } passed
usage-legend-refusals = { $refused } refused
usage-legend-refusals-drawn = { $refused } refused, drawn × { $factor }
usage-advice = asks for a token too often: { $tokens } tokens for { $requests } requests.
usage-advice-needed = With tokens that are kept for as long as they live, { $needed } would do.
usage-advice-how = How to keep a token
usage-as-table = As a table
usage-when = When
usage-today = today
usage-by-client = By client
usage-drawn = Drawn
usage-most-common = Most common refusal
usage-gone = deleted
usage-count = { $count ->
    [one] 1 client
   *[other] { $count } clients
 }
usage-empty-title = Nothing has been called yet
usage-empty = When a program of yours asks for a token or calls, it is counted here within seconds.
usage-empty-new = New identity client
