// A time limit ends a test that hangs; it is no measure of speed, least of all on a machine that is busy otherwise.
import { jest } from "@jest/globals";

jest.setTimeout(60_000);
