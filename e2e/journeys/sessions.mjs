// Sessions end, and belong to one person at one desk.
import assert from "node:assert/strict";
import { file } from "../lib/folders.mjs";
import { journey } from "../lib/journey.mjs";

export default function (system) {
  journey(system, "after an expired session the applicant comes back to the same page", async (j) => {
    const person = await j.person();
    const applicant = await j.applicant(person);
    await applicant.upload(file("dark.jpg"));
    await applicant.verdict();
    await applicant.toSubmit();
    await applicant.loseSession();
    await applicant.page.reload();
    await applicant.at("sign-in");
    await applicant.signIn();
    await applicant.at("submit", "checked");

    // A photo that was on its way has to be chosen again, and the page says so; the one before is kept.
    await applicant.go("/photo");
    await applicant.at("photo", "checked");
    await applicant.loseSession();
    await applicant.replace(file("good.jpg"));
    await applicant.at("sign-in");
    await applicant.signIn();
    await applicant.at("photo", "checked");
    assert.equal(await applicant.problem(), "lost_photo");
    assert.equal((await applicant.verdict()).decision, "return", "the photo before is still there");

    await applicant.toSubmit();
    await applicant.sendTooLate("#submit", "lost_submit", "submit", "checked");
    await applicant.confirm();
    await applicant.at("status", "returned");
  });

  journey(system, "after an expired session the officer comes back to the same case", async (j) => {
    const person = await j.person();
    const applicant = await j.applicant(person);
    await applicant.upload(file("good.jpg"));
    await applicant.verdict();
    await applicant.submit();
    const officer = await j.officer();
    await officer.review(person);
    const before = officer.page.url();
    await officer.visitor.context.clearCookies({ name: "officer_session" });
    await officer.page.click("form.accept button");
    await officer.visitor.at("form[action='/sign-in']");
    await officer.signIn();
    await officer.visitor.at("form#decision");
    assert.equal(officer.page.url(), before);
    await officer.accept();
  });

  journey(system, "nobody sees another person's photo", async (j) => {
    const [one, two] = [await j.person(), await j.person()];
    const applicant = await j.applicant(one);
    await applicant.upload(file("good.jpg"));
    await applicant.verdict();
    const photo = await applicant.page.locator(".photo-evidence > img").first().getAttribute("src");
    const get = async (visitor, address) => (await visitor.context.request.get(address, { maxRedirects: 0 })).status();
    assert.equal(await get(applicant.visitor, j.stack.ready.portal + photo), 200);

    const stranger = await j.applicant(two);
    assert.equal(await get(stranger.visitor, j.stack.ready.portal + photo), 404);
    const nobody = await j.visitor();
    assert.equal(await get(nobody, j.stack.ready.portal + photo), 401);
    assert.equal(await get(nobody, `${j.stack.ready.portal}/photo/state`), 401);
    for (const path of ["/photo", "/submit", "/status"]) assert.equal(await get(nobody, j.stack.ready.portal + path), 303);

    await applicant.submit();
    const officer = await j.officer();
    await officer.review(one);
    const caseURL = officer.page.url();
    for (const path of ["", "/rendition", "/print"]) {
      // An applicant is nobody at the officers' desk, and an officer without the case does not have it.
      assert.equal(await get(applicant.visitor, caseURL + path), 303);
    }
    const second = await j.officer({ number: 1 });
    for (const path of ["", "/rendition", "/print"]) assert.equal(await get(second.visitor, caseURL + path), 409);
    assert.equal(await get(officer.visitor, j.stack.ready.portal + photo), 401);
    await officer.accept();
  });

  journey(system, "wrong passwords are all told alike", async (j) => {
    const person = await j.person();
    const visit = await j.applicant({ ...person, password: "not this one at all" }, { signedIn: false });
    await visit.go("/sign-in");
    await visit.at("sign-in");
    await visit.signIn();
    await visit.at("sign-in");
    assert.equal(await visit.problem(), "sign_in_wrong");
    const told = await visit.page.locator("[data-problem]").first().innerText();
    visit.person = { username: "nobody-at-all", password: "not this one at all" };
    await visit.signIn();
    await visit.at("sign-in");
    assert.equal(await visit.page.locator("[data-problem]").first().innerText(), told);
    visit.person = j.stack.signIn("officer"); // is nobody here
    await visit.signIn();
    await visit.at("sign-in");
    assert.equal(await visit.page.locator("[data-problem]").first().innerText(), told);
  });

  journey(system, "what is not there is told on a page", async (j) => {
    const nobody = await j.visitor({ device: "desktop" });
    for (const [address, selector] of [[j.stack.ready.portal, "body[data-page=message]"], [j.stack.ready.officer, "main h1"]]) {
      const answer = await nobody.page.goto(`${address}/no/such/page`);
      assert.equal(answer.status(), 404);
      await nobody.at(selector);
    }
  });
}
