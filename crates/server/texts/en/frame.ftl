### What is around every page.

frame-skip = Skip to the page
frame-menu = Menu
frame-organization = Organization
frame-usage = Usage
frame-connections = Connections
frame-docs = API documentation
frame-audit = Audit
frame-operator = Operator
frame-organizations = Organizations
frame-person = (you, { $name })
frame-all-organizations = All organizations
frame-settings = Settings
frame-sign-in = Sign in
frame-sign-out = Sign out
frame-times = Times are { $zone }.
frame-change = Change
frame-copied = Copied
frame-help = Help
frame-status = Status
frame-privacy = Privacy
frame-main = Main
frame-crumbs = The way here

### Times.

time-months = Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec
time-day = { $day } { $month }
time-day-year = { $day } { $month } { $year }
time-day-clock = { $day }, { $clock }
time-now = just now
time-seconds-ago = { $count } s ago
time-minutes-ago = { $count } min ago
time-hours-ago = { $count } h ago
time-yesterday = yesterday, { $clock }
time-in-seconds = in { $count } s
time-in-minutes = in { $count } min
time-in-hours = in { $count } h
time-tomorrow = tomorrow, { $clock }
time-day-ahead = { $day }, in { $count ->
    [one] { $count } day
   *[other] { $count } days
 }
time-age-today = made today
time-age-days = { $count ->
    [one] { $count } day old
   *[other] { $count } days old
 }
time-age-years = { $count ->
    [one] { $count } year old
   *[other] { $count } years old
 }
time-seconds = { $count ->
    [one] { $count } second
   *[other] { $count } seconds
 }
time-minutes = { $count ->
    [one] { $count } minute
   *[other] { $count } minutes
 }
time-hours = { $count ->
    [one] { $count } hour
   *[other] { $count } hours
 }
time-days = { $count ->
    [one] { $count } day
   *[other] { $count } days
 }
