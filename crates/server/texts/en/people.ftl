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
