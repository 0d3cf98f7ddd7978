// The quiz while it is taken.
import "../workbench/question_kinds.js";
import { QuizPage } from "../quiz/quiz_page.js";

document.documentElement.classList.add("with-script");
document.documentElement.classList.toggle("coarse-pointer", matchMedia("(pointer: coarse)").matches);
const config = JSON.parse(document.getElementById("workbench-config").textContent);
document.documentElement.dataset.person = config.user.id; // whose order of shuffled candidates is shown
new QuizPage(document.getElementById("workbench"), config).start();
