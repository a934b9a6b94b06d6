using System.Runtime.InteropServices;

namespace Plumbline.Moderation.TextModels.Training;

/// <summary>A text as features: for each window, which records of the table it hits, and how many features it has in all.</summary>
internal sealed class TextDocument
{
    private TextDocument(int[][] windows, float[] roots) => (Windows, Roots) = (windows, roots);

    /// <summary>The records that each window's features own, one an occurrence.</summary>
    public int[][] Windows { get; }

    /// <summary>1 / √(features of the window), those without a record counted too.</summary>
    public float[] Roots { get; }

    /// <summary>Reads a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="owners">The check byte of each record's owner; -1 for a record without one.</param>
    /// <param name="shift">How far a hash is shifted to give its record.</param>
    public static TextDocument Of(string text, short[] owners, int shift)
    {
        var sink = new Collector(owners, shift, [], [], []);
        TextFeatures.Visit(text, ref sink);
        return new TextDocument([.. sink.Windows], [.. sink.Roots]);
    }

    /// <summary>Every feature of a text, once each.</summary>
    public static void Distinct(string text, HashSet<ulong> features)
    {
        features.Clear();
        var sink = new Distinguisher(features);
        TextFeatures.Visit(text, ref sink);
    }

    private struct Collector(short[] owners, int shift, List<int> segment, List<int[]> windows, List<float> roots) : IFeatureSink
    {
        private int[] before = [];
        private int features;
        private int featuresBefore;
        private bool hasBefore;

        public readonly List<int[]> Windows => windows;

        public readonly List<float> Roots => roots;

        public void Add(ulong hash)
        {
            features++;
            var record = (int)(hash >> shift);
            if (owners[record] == (byte)hash)
            {
                segment.Add(record);
            }
        }

        public void EndSegment(int end)
        {
            var own = CollectionsMarshal.AsSpan(segment).ToArray();
            Add(own, features);
            if (hasBefore)
            {
                Add([.. before, .. own], features + featuresBefore);
            }

            (before, featuresBefore, hasBefore) = (own, features, true);
            segment.Clear();
            features = 0;
        }

        private readonly void Add(int[] window, int count)
        {
            windows.Add(window);
            roots.Add(count == 0 ? 0 : 1 / MathF.Sqrt(count));
        }
    }

    private readonly struct Distinguisher(HashSet<ulong> features) : IFeatureSink
    {
        public void Add(ulong hash) => features.Add(hash);

        public void EndSegment(int end) { }
    }
}
