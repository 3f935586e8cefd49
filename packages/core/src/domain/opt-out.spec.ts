import { WishFinder } from "./opt-out.js";

describe("WishFinder", () => {
  const finder = new WishFinder({ optOut: ["STOP", "توقف", "キャンセル", "Abbestellen"], optIn: ["START"] });

  it.each([
    ["STOP", "opt_out"],
    ["Stop", "opt_out"],
    [" stop\n", "opt_out"],
    ["ＳＴＯＰ", "opt_out"],
    ["توقف", "opt_out"],
    ["キャンセル", "opt_out"],
    ["abbestellen", "opt_out"],
    ["start", "opt_in"],
    ["stop it", undefined],
    ["nonstop", undefined],
    ["STOP!", undefined],
    ["start_realty_2", undefined],
    ["", undefined],
    [`STOP${" ".repeat(10_000)}`, undefined],
  ])("%j is %s", (text, wish) => {
    expect(finder.find(text)).toBe(wish);
  });

  it("a word that is among both asks for silence", () => {
    expect(new WishFinder({ optOut: ["enough"], optIn: ["Enough"] }).find("ENOUGH")).toBe("opt_out");
  });

  it("without words nobody asks for anything", () => {
    expect(new WishFinder({ optOut: [], optIn: [] }).find("STOP")).toBeUndefined();
    expect(new WishFinder({ optOut: [], optIn: [] }).find("")).toBeUndefined();
  });
});
