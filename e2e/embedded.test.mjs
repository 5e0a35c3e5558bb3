import { everything } from "./journeys/index.mjs";

everything("embedded");
