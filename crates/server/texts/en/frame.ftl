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
frame-person = You: { $name }
frame-all-organizations = All organizations
frame-settings = Settings
frame-sign-in = Sign in
frame-sign-out = Sign out
frame-times = Times are { $zone }.
frame-change = Change
frame-main = Main
