// Pages that ask for a security key.
import "../elements/security-key.js";
