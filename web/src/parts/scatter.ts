/** Points drawn by uPlot, in the colours of the page. */
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';

export interface Plotted {
  destroy(): void;
}

const HEIGHT = 420;

export function scatter(
  place: HTMLElement,
  points: [number[], number[]],
  x: string,
  y: string,
  flipped: boolean,
): Plotted {
  const colour = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const axis = (label: string): uPlot.Axis => ({
    label,
    stroke: colour('--ink'),
    grid: { stroke: colour('--edge'), width: 1 },
    ticks: { stroke: colour('--edge'), width: 1 },
  });
  const width = () => Math.max(280, place.clientWidth);
  const plot = new uPlot(
    {
      width: width(),
      height: HEIGHT,
      scales: { x: { time: false }, y: { dir: flipped ? -1 : 1 } },
      axes: [axis(x), { ...axis(y), size: 64 }],
      legend: { live: true },
      series: [
        { label: x },
        { label: y, paths: () => null, points: { show: true, size: 5, fill: colour('--c0'), stroke: colour('--c0') } },
      ],
    },
    points,
    place,
  );
  const observer = new ResizeObserver(() => plot.setSize({ width: width(), height: HEIGHT }));
  observer.observe(place);
  return {
    destroy() {
      observer.disconnect();
      plot.destroy();
    },
  };
}
