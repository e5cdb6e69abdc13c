/** As much of a document as the modules under test touch. */

class FakeElement {
  constructor(tag) {
    this.tag = tag;
    this.children = [];
    this.attributes = {};
    this.dataset = {};
    this.hidden = false;
    this.text = "";
    this.properties = {};
    this.style = { setProperty: (name, value) => (this.properties[name] = value) };
    this.classes = new Set();
    this.classList = { toggle: (name, on) => (on ? this.classes.add(name) : this.classes.delete(name)) };
  }

  get textContent() {
    return this.text + this.children.map((child) => (typeof child === "string" ? child : child.textContent)).join("");
  }

  set textContent(text) {
    [this.text, this.children] = [text, []];
  }

  setAttribute(name, value) {
    this.attributes[name] = value;
    if (name === "class") this.classes = new Set(value.split(" "));
  }

  addEventListener() {}

  append(...children) {
    this.children.push(...children);
  }

  replaceChildren(...children) {
    this.children = children;
  }

  contains(other) {
    return other === this || this.children.some((child) => child instanceof FakeElement && child.contains(other));
  }
}

export const element = (tag = "div") => new FakeElement(tag);

/** Put the document where the modules look for it. */
export function install() {
  globalThis.document = { createElement: element };
}
