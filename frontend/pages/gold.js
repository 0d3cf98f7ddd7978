// The page that sets a task's known answer.
import "../workbench/question_kinds.js";
import "../quiz/gold-answers.js";
