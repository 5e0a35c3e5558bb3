// What the mail inbox of a stack has for a person.
import { until } from "./wait.mjs";

export async function everyMail(stack, person) {
  const answer = await fetch(`${stack.ready.inbox}/api/messages?to=${encodeURIComponent(person.email)}`);
  if (!answer.ok) throw new Error(`inbox: ${answer.status}`);
  return answer.json();
}

// mails are those that something was decided in: all but the one that says that a photo has come.
export async function mails(stack, person) {
  return (await everyMail(stack, person)).filter((m) => !/(: we have it|nous l’avons reçue)$/.test(m.subject));
}

// mail waits for the count-th e-mail to a person, and returns the newest.
export async function mail(stack, person, count = 1) {
  return until(`e-mail ${count} to ${person.username}`, async () => {
    const list = await mails(stack, person);
    if (list.length > count) throw new Error(`${list.length} e-mails: ${list.map((m) => m.subject)}`);
    return list.length === count && list[0];
  });
}

// onPage opens an e-mail on the inbox's own page.
export async function onPage(stack, visitor, message) {
  await visitor.page.goto(stack.ready.inbox);
  await visitor.at("main h1");
  await visitor.page.locator(`a[href="/message/${message.id}"]`).click();
  await visitor.at("iframe");
  return visitor.page;
}
