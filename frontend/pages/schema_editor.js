// What is asked: the schema's editor, and the labeling page drawn beside it while one types.
import "../schema_editor/schema_preview.js";
import "../schema_editor/schema_editor.js";
