// Charts on dashboards. Each stands over a table that says the same; data comes from the JSON beside it, every mark leads to an address.
(() => {
  const quiet = window.matchMedia('(prefers-reduced-motion: reduce)').matches;
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const draw = (place) => {
    const source = document.getElementById(place.dataset.chart);
    if (!source || !window.echarts) return;
    const data = JSON.parse(source.textContent);
    const dark = place.classList.contains('chart-dark');
    const ink = dark ? '#DCE6F5' : colour('--ink-2') || '#555';
    const line = dark ? '#2B4468' : colour('--line') || '#ddd';
    const chart = window.echarts.init(place, null, { renderer: 'canvas' });
    const flat = data.kind === 'bar' && !data.upright;
    const names = { type: 'category', data: data.names, inverse: flat, axisLabel: { color: ink, hideOverlap: !flat, interval: flat ? 0 : 'auto', ...(flat ? { overflow: 'truncate', width: 110 } : {}) }, axisTick: { show: false }, axisLine: { lineStyle: { color: line } } };
    const numbers = { type: 'value', minInterval: data.whole ? 1 : 0, axisLabel: { color: ink }, splitLine: { lineStyle: { color: line } } };
    chart.setOption({
      animation: !quiet,
      aria: { enabled: true, label: { description: data.title } },
      grid: { left: 8, right: 28, top: 16, bottom: 8, containLabel: true },
      tooltip: { trigger: 'item', renderMode: 'richText', formatter: (mark) => `${mark.name}: ${data.words[mark.dataIndex]}` },
      xAxis: flat ? numbers : names,
      yAxis: flat ? names : numbers,
      series: [{ type: data.kind, data: data.values, color: dark ? '#4FA3FF' : colour('--link') || '#1f5fbf', barMaxWidth: 26, symbolSize: 9, cursor: 'pointer', label: { show: data.kind === 'bar' && data.values.length <= 24, position: flat ? 'right' : 'top', color: ink, formatter: (mark) => data.words[mark.dataIndex] } }],
    });
    chart.on('click', (mark) => { const url = data.urls[mark.dataIndex]; if (url) window.location.assign(url); });
    window.addEventListener('resize', () => chart.resize());
  };
  document.querySelectorAll('[data-chart]').forEach(draw);
})();
