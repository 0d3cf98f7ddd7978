// Every kind of question and field that a page knows; to add one means to add its file and one line here.
import "./candidates_field.js";
import "./chains_question.js";
import "./choice_question.js";
import "./choices_question.js";
import "./dialogue_field.js";
import "./input_question.js";
import "./preference_question.js";
import "./ranking_question.js";
import "./rating_question.js";
import "./record_field.js";
import "./relations_question.js";
import "./repeated_question.js";
import "./rich_text_field.js";
import "./spans_question.js";
import "./taxonomy_question.js";
import "./text_field.js";
