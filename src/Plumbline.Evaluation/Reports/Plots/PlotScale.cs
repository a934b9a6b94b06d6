namespace Plumbline.Evaluation.Reports.Plots;

/// <summary>A drawing's width in CSS pixels.</summary>
internal enum PlotSize
{
    /// <summary>For pages wider than 40 em.</summary>
    Wide = 820,

    /// <summary>For phones, from 360 pixels.</summary>
    Narrow = 310,
}

/// <summary>A linear axis: round ticks, and values to pixels.</summary>
internal sealed class PlotScale
{
    private readonly double from;
    private readonly double to;
    private readonly double pixelFrom;
    private readonly double pixelTo;

    private PlotScale(double from, double to, double pixelFrom, double pixelTo, IReadOnlyList<double> ticks)
    {
        this.from = from;
        this.to = to;
        this.pixelFrom = pixelFrom;
        this.pixelTo = pixelTo;
        Ticks = ticks;
    }

    /// <summary>Where labels stand, within the axis.</summary>
    public IReadOnlyList<double> Ticks { get; }

    /// <summary>An axis over [<paramref name="low"/>, <paramref name="high"/>], widened to whole ticks where <paramref name="isWidened"/>.</summary>
    public static PlotScale Over(double low, double high, double pixelFrom, double pixelTo, int mostTicks, bool isWidened)
    {
        if (!(high - low > 1e-12 * Math.Max(Math.Abs(low), Math.Abs(high))))
        {
            // A single value has to have an extent to stand in.
            var room = low == 0 ? 1 : Math.Abs(low) * 0.1;
            (low, high) = (low - room, high + room);
        }

        var step = RoundStep((high - low) / mostTicks);
        while (Math.Floor(high / step + 1e-9) - Math.Ceiling(low / step - 1e-9) + 1 > mostTicks)
        {
            step = RoundStep(step * 1.5);
        }

        if (isWidened)
        {
            low = Math.Floor(low / step + 1e-9) * step;
            high = Math.Ceiling(high / step - 1e-9) * step;
        }

        var ticks = new List<double>();
        for (var k = Math.Ceiling(low / step - 1e-9); k * step <= high + step * 1e-9; k++)
        {
            // Adding 0 turns a negative zero into a plain one.
            ticks.Add(Math.Round(k * step, 12) == 0 && step > 1e-9 ? 0 : k * step + 0.0);
        }

        return new PlotScale(low, high, pixelFrom, pixelTo, ticks);
    }

    public double Pixel(double value) => pixelFrom + (value - from) / (to - from) * (pixelTo - pixelFrom);

    /// <summary>The smallest of 1, 2 or 5 times a power of ten that is at least <paramref name="step"/>.</summary>
    private static double RoundStep(double step)
    {
        var power = Math.Pow(10, Math.Floor(Math.Log10(step)));
        var digit = step / power;
        return power
            * (
                digit <= 1 + 1e-9 ? 1
                : digit <= 2 + 1e-9 ? 2
                : digit <= 5 + 1e-9 ? 5
                : 10
            );
    }
}
