using System.Text;

namespace Plumbline.Evaluation.Reports.Plots;

/// <summary>
/// A curve as path data. Long curves are drawn twice: their full range, thinned to the lowest and the highest point of each pixel, and means of
/// neighbours on top, which show where a noisy loss goes.
/// </summary>
internal static class CurvePath
{
    private const int MostMeans = 80;

    /// <summary>How many neighbours one mean covers; 1 where the curve is short enough to be drawn as it is.</summary>
    public static int PointsPerMean(int points) => points <= 2 * MostMeans ? 1 : (points + MostMeans - 1) / MostMeans;

    /// <summary>The points, of which each pixel of <paramref name="width"/> keeps its lowest and its highest.</summary>
    public static string Range(IReadOnlyList<PlotPoint> points, double width, PlotScale x, PlotScale y)
    {
        var perBucket = Math.Max(1, (int)(points.Count / Math.Max(1, width)));
        return Draw(
            points,
            perBucket,
            x,
            y,
            bucket =>
            {
                var lowest = bucket.MinBy(point => point.Y);
                var highest = bucket.MaxBy(point => point.Y);
                return lowest == highest ? [lowest]
                    : lowest.X <= highest.X ? [lowest, highest]
                    : [highest, lowest];
            }
        );
    }

    /// <summary>Means over <paramref name="perMean"/> neighbours.</summary>
    public static string Means(IReadOnlyList<PlotPoint> points, int perMean, PlotScale x, PlotScale y) =>
        Draw(points, perMean, x, y, bucket => [new PlotPoint(bucket.Average(point => point.X), bucket.Average(point => point.Y))]);

    /// <summary>Joins what <paramref name="choose"/> takes of each bucket; a bucket without a finite value leaves a gap.</summary>
    private static string Draw(
        IReadOnlyList<PlotPoint> points,
        int perBucket,
        PlotScale x,
        PlotScale y,
        Func<List<PlotPoint>, PlotPoint[]> choose
    )
    {
        var path = new StringBuilder();
        var bucket = new List<PlotPoint>(perBucket);
        var isDown = false;
        for (var start = 0; start < points.Count; start += perBucket)
        {
            bucket.Clear();
            for (var i = start; i < Math.Min(points.Count, start + perBucket); i++)
            {
                if (LinePlotSvg.IsDrawn(points[i]))
                {
                    bucket.Add(points[i]);
                }
            }

            isDown &= bucket.Count > 0;
            foreach (var point in bucket.Count > 0 ? choose(bucket) : [])
            {
                path.Append(isDown ? 'L' : 'M')
                    .Append(SvgText.Pixels(x.Pixel(point.X)))
                    .Append(' ')
                    .Append(SvgText.Pixels(y.Pixel(point.Y)));
                isDown = true;
            }
        }

        return path.ToString();
    }
}
