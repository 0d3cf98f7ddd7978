import { KeysDialog } from "./keys_dialog.js";
import { pageRows } from "./key_rows.js";
import { remember, remembered } from "./panels.js";

/** The dialog of all keys on a page with a stage: whose keys change there, and where the server keeps them. */
export function keysDialogFor({ stage, api, slug, commands, meanings = {}, onSwitch = () => {}, changed = () => {} }) {
  const dialog = new KeysDialog({
    isOn: areOn(),
    onSwitch: (isOn) => {
      remember("keys", isOn ? "on" : "off");
      onSwitch(isOn);
    },
    groups: () => [...stage.keyGroups, { title: "This page", rows: pageRows(meanings).filter(({ action = "close" }) => commands.includes(action)) }],
    save: async (own) => problemOf(await api.put(`projects/${slug}/keys/`, own)),
    changed: () => {
      stage.giveKeys();
      changed();
    },
  });
  onSwitch(areOn());
  return dialog;
}

/** Do single keys answer in this browser? */
const areOn = () => remembered("keys", "on") === "on";

function problemOf({ status, body }) {
  if (status === 200) return "";
  if (status === 0) return "The server cannot be reached, so nothing has changed. Try again.";
  if (status === 401) return "You are signed out, so nothing has changed. Sign in in another tab, then try again.";
  return body.errors?.[0]?.message ?? body.detail ?? "Something broke on our side; nothing has changed.";
}
