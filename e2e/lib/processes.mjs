// Programs that this run starts, and nothing else, end with it.
import { spawn } from "node:child_process";
import { createWriteStream, mkdirSync, readFileSync, readdirSync } from "node:fs";
import { dirname } from "node:path";

const running = new Set();
process.on("exit", () => running.forEach((child) => child.kill("SIGKILL")));

// start runs a program until its stop is called. Its output goes to a file.
export function start(program, args, { env = {}, log }) {
  mkdirSync(dirname(log), { recursive: true });
  const sink = createWriteStream(log, { flags: "a" });
  const child = spawn(program, args, { env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
  child.stdout.pipe(sink, { end: false });
  child.stderr.pipe(sink, { end: false });
  running.add(child);
  const ended = new Promise((resolve) => {
    child.on("error", (error) => resolve(error.message));
    child.on("exit", (code, signal) => resolve(signal ?? code));
  });
  ended.then(() => running.delete(child));
  return {
    pid: child.pid,
    ended,
    get over() { return !running.has(child); },
    async stop(signal = "SIGTERM") {
      child.kill(signal);
      return ended;
    },
  };
}

// once runs a program that does one thing and ends, and returns what it printed.
export function once(program, args, { env = {}, input = "", allow = [0] } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { env: { ...process.env, ...env } });
    let out = "", said = "";
    child.stdout.on("data", (data) => { out += data; });
    child.stderr.on("data", (data) => { said += data; });
    child.on("error", reject);
    child.on("close", (code) => {
      if (allow.includes(code)) resolve(out);
      else reject(new Error(`${program} ${args.join(" ")}: exit status ${code}: ${said}`));
    });
    child.stdin.on("error", () => {}); // it did not want its input: its exit status tells what is wrong
    child.stdin.end(input);
  });
}

// descendants lists the processes that a process has started, directly or not: {pid, parent, program}.
export function descendants(pid) {
  const parents = new Map();
  for (const name of readdirSync("/proc").filter((n) => /^[0-9]+$/.test(n))) {
    try {
      const [, comm, parent] = readFileSync(`/proc/${name}/stat`, "utf8").match(/^[0-9]+ \((.*)\) \S ([0-9]+) /s);
      parents.set(Number(name), { pid: Number(name), parent: Number(parent), program: comm });
    } catch (error) {
      if (error.code !== "ENOENT" && error.code !== "ESRCH") throw error; // it has ended meanwhile
    }
  }
  const isOurs = (p) => p !== undefined && (p.parent === pid || isOurs(parents.get(p.parent)));
  return [...parents.values()].filter(isOurs);
}
