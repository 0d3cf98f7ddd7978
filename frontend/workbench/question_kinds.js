// Stands for an import of every `*_question.js` and `*_field.js` beside it: the build puts them here.
