// The sign-in page works without this; here one can look at the password while typing it.
(() => {
  'use strict';
  const reveal = document.getElementById('reveal');
  const password = document.getElementById('password');
  if (!reveal || !password) return;
  reveal.checked = false; // some browsers keep the tick through a reload
  reveal.closest('label').hidden = false;
  reveal.addEventListener('change', () => { password.type = reveal.checked ? 'text' : 'password'; });
  password.form.addEventListener('submit', () => { password.type = 'password'; });
})();
