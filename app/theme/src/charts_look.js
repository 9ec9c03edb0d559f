// The page's colours and sizes put into a figure: light or dark, wide or narrow.
const COLOURS = ["--chart-1", "--chart-2", "--chart-3", "--chart-4", "--chart-5", "--chart-6", "--chart-7", "--chart-8"];
const NARROW = 480;

// A custom property may hold light-dark(…); only a computed colour is one that plotly can read.
function colour(name, probe) {
  probe.style.color = `var(${name})`;
  return getComputedStyle(probe).color;
}

function palette() {
  const probe = document.createElement("span");
  document.body.append(probe);
  const found = {
    ways: COLOURS.map((name) => colour(name, probe)),
    other: colour("--chart-other", probe),
    ink: colour("--ink", probe),
    soft: colour("--ink-soft", probe),
    line: colour("--line", probe),
    surface: colour("--surface", probe),
    raised: colour("--raised", probe),
  };
  probe.remove();
  return found;
}

function translucent(rgb, share) {
  return rgb.replace(/^rgb\((.*)\)$/, `rgba($1, ${share})`);
}

// One colour for each part of a trace that has parts of its own: a ring's slices, a ranking's bars.
function partColours(trace, colours) {
  const others = trace.meta?.others ?? [];
  return (trace.values ?? trace.x).map((_value, place) =>
    others[place] ? colours.other : colours.ways[trace.type === "pie" ? place % colours.ways.length : 0],
  );
}

function dressedTrace(trace, place, colours) {
  const own = trace.meta?.other ? colours.other : colours.ways[place % colours.ways.length];
  if (trace.type === "pie") {
    return { ...trace, marker: { colors: partColours(trace, colours), line: { color: colours.surface, width: 2 } }, insidetextfont: { color: colours.surface } };
  }
  if (trace.type === "scatter") {
    const fill = trace.meta?.area ? { fillcolor: translucent(own, 0.12) } : {};
    return { ...trace, line: { ...trace.line, color: own }, marker: { ...trace.marker, color: own }, ...fill };
  }
  if (trace.type === "funnel") return { ...trace, marker: { color: own }, textfont: { color: colours.surface }, connector: { visible: false } };
  return { ...trace, marker: { color: trace.orientation === "h" ? partColours(trace, colours) : own } };
}

function dressedAxis(axis, colours, isNarrow) {
  return {
    ...axis,
    color: colours.soft,
    gridcolor: colours.line,
    linecolor: colours.line,
    zeroline: false,
    showgrid: axis?.tickvals?.[0] === 0 && axis?.range?.[0] === 0,
    ticks: "",
    tickfont: { size: isNarrow ? 10 : 12, color: colours.soft },
  };
}

export function dressed(figure, element) {
  const colours = palette();
  const isNarrow = element.clientWidth < NARROW;
  const { layout } = figure;
  return {
    data: figure.data.map((trace, place) => dressedTrace(trace, place, colours)),
    layout: {
      ...layout,
      autosize: true,
      paper_bgcolor: "transparent",
      plot_bgcolor: "transparent",
      font: { family: getComputedStyle(element).fontFamily, size: 12, color: colours.ink },
      colorway: colours.ways,
      xaxis: dressedAxis(layout.xaxis, colours, isNarrow),
      yaxis: dressedAxis(layout.yaxis, colours, isNarrow),
      legend: { orientation: "h", x: 0, yref: "container", y: 0, yanchor: "bottom", traceorder: "normal", font: { size: 12, color: colours.ink }, itemclick: false, itemdoubleclick: false },
      hoverlabel: { bgcolor: colours.raised, bordercolor: colours.line, font: { color: colours.ink, size: 13, family: getComputedStyle(element).fontFamily }, align: "left" },
      dragmode: false,
      uniformtext: { minsize: 11, mode: "hide" },
      transition: { duration: 0 },
    },
  };
}
