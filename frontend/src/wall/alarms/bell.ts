import type { Severity } from "../types";
import { pulses } from "./tones";

/** Seconds in which a pulse swells and fades: no clicks, nothing startles. */
const SWELL = 0.03;
/** The fundamental and two overtones, so that small loudspeakers carry it. */
const OVERTONES = [
  [1, 0.7],
  [3, 0.18],
  [5, 0.08],
] as const;

/** Makes tones with the browser's own synthesiser. A browser keeps it silent until somebody touched the page. */
export class Bell {
  private context: AudioContext | null = null;

  /** True when a tone would be heard. */
  get awake(): boolean {
    return this.context?.state === "running";
  }

  /** To be called from a press of a key or button. */
  async wake(): Promise<void> {
    if (typeof AudioContext === "undefined") return; // a browser without a synthesiser stays silent
    this.context ??= new AudioContext();
    if (this.context.state !== "running") await this.context.resume();
  }

  /** Sounds a severity's tone once, at a volume from 0 to 1. */
  play(severity: Severity, volume: number): void {
    const { context } = this;
    if (context?.state !== "running") return;
    const begin = context.currentTime + 0.02;
    for (const { at, seconds, hertz } of pulses(severity)) {
      const loudness = context.createGain();
      loudness.connect(context.destination);
      loudness.gain.setValueAtTime(0, begin + at);
      loudness.gain.linearRampToValueAtTime(volume * 0.8, begin + at + SWELL);
      loudness.gain.setValueAtTime(volume * 0.8, begin + at + seconds - SWELL);
      loudness.gain.linearRampToValueAtTime(0, begin + at + seconds);
      for (const [multiple, share] of OVERTONES) voice(context, loudness, hertz * multiple, share, begin + at, seconds);
    }
  }
}

function voice(context: AudioContext, into: AudioNode, hertz: number, share: number, at: number, seconds: number): void {
  const oscillator = context.createOscillator();
  const gain = context.createGain();
  oscillator.frequency.value = hertz;
  gain.gain.value = share;
  oscillator.connect(gain).connect(into);
  oscillator.start(at);
  oscillator.stop(at + seconds);
}
