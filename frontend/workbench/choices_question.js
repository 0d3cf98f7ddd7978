import { OptionsQuestion } from "./choice_question.js";
import { questionKinds } from "./kinds.js";

/** Several answers out of a list of options: each key puts one in or takes it out. */
export class ChoicesQuestion extends OptionsQuestion {
  show(answer) {
    this.press(answer ?? []);
  }

  suggest(suggestion) {
    const sure = new Map((suggestion?.alternatives ?? []).map(({ value, confidence }) => [value, confidence]));
    const suggested = suggestion?.value ?? [];
    for (const value of suggested) if (!sure.has(value)) sure.set(value, suggestion.confidence);
    this.suggestEach(sure, suggested);
  }

  choose(value) {
    const chosen = new Set(this.answer ?? []);
    if (!chosen.delete(value)) chosen.add(value);
    const ordered = this.question.options.map((option) => option.value).filter((one) => chosen.has(one));
    this.give(ordered);
  }

  /** "None of these" can be said by going on only where the schema allows it. */
  get blank() {
    return (this.question.least ?? 1) === 0 ? [] : null;
  }

  fitting(answer) {
    const offered = answer.filter((value) => this.buttons.get(value));
    const missing = offered.length < answer.length ? "some are no options any more" : "";
    return { answer: offered.length > 0 || !missing ? offered : null, missing };
  }

  values(answer) {
    return answer;
  }

  describe(answer) {
    return answer.map((value) => this.titleOf(value)).join(", ") || "none";
  }
}

questionKinds.register("choices", ChoicesQuestion);
