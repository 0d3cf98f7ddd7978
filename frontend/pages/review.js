// The review page.
import "../elements/picture-viewer.js";
import "../workbench/question_kinds.js";
import { ReviewPage } from "../review/review_page.js";

document.documentElement.classList.add("with-script");
const config = JSON.parse(document.getElementById("workbench-config").textContent);
document.documentElement.dataset.person = config.user.id; // whose order of shuffled candidates is shown
new ReviewPage(document.getElementById("workbench"), config).start();
