import { everything } from "./journeys/index.mjs";

everything("services");
