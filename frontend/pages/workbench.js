// The labeling page. It loads this and nothing else.
import "../elements/mention-box.js";
import "../elements/picture-viewer.js";
import "../workbench/question_kinds.js";
import { LabelingPage } from "../workbench/labeling_page.js";

document.documentElement.classList.add("with-script");
document.documentElement.classList.toggle("coarse-pointer", matchMedia("(pointer: coarse)").matches);
const config = JSON.parse(document.getElementById("workbench-config").textContent);
document.documentElement.dataset.person = config.user.id; // whose order of shuffled candidates is shown
new LabelingPage(document.getElementById("workbench"), config).start();
