// The worker of the widget in proof.js: under our own address, as the content policy wants it.
import "altcha/workers/pbkdf2";
