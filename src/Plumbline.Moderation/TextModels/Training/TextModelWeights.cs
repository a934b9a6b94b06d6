using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Plumbline.Moderation.TextModels.Training;

/// <summary>The weights while they are learnt, in float32, with AdaGrad's sums of squares.</summary>
internal sealed class TextModelWeights(int records, int labels, TextModelOptions options)
{
    private const float Smallest = 1e-6f;

    // Rows are whole vectors long, so that loops have no rests; what is past the labels stays 0.
    private readonly int width = (labels + Vector<float>.Count - 1) / Vector<float>.Count * Vector<float>.Count;
    private readonly float[] weights = new float[(long)records * Width(labels)];
    private readonly float[] squares = Filled((long)records * Width(labels), options);
    private readonly float[] biases = new float[Width(labels)];
    private readonly float[] biasSquares = Filled(Width(labels), options);

    /// <summary>Takes one step on one text: for each label, on the window that has the highest score now.</summary>
    public void Learn(TrainingText text)
    {
        var windows = text.Document.Windows;
        if (windows.Length == 0)
        {
            return;
        }

        var scores = new float[windows.Length][];
        for (var window = 0; window < windows.Length; window++)
        {
            scores[window] = Scores(windows[window], text.Document.Roots[window]);
        }

        var gradients = new float[windows.Length][];
        for (var label = 0; label < labels; label++)
        {
            if (text.Signs[label] == 0)
            {
                continue;
            }

            var best = 0;
            for (var window = 1; window < windows.Length; window++)
            {
                best = scores[window][label] > scores[best][label] ? window : best;
            }

            var probability = 1 / (1 + MathF.Exp(-scores[best][label]));
            (gradients[best] ??= new float[width])[label] = text.Weight * (probability - (text.Signs[label] > 0 ? 1 : 0));
        }

        for (var window = 0; window < windows.Length; window++)
        {
            if (gradients[window] is { } gradient)
            {
                Step(windows[window], text.Document.Roots[window], gradient);
            }
        }
    }

    /// <summary>The weights as bytes, with one scale a label; records without an owner stay empty.</summary>
    public TextModelTable Quantized(short[] owners)
    {
        var scales = new float[labels];
        for (var label = 0; label < labels; label++)
        {
            var largest = 0f;
            for (var record = 0; record < owners.Length; record++)
            {
                largest = Math.Max(largest, Math.Abs(weights[((long)record * width) + label]));
            }

            scales[label] = Math.Max(largest, Smallest) / sbyte.MaxValue;
        }

        var table = new byte[owners.Length * TextModel.RecordBytes];
        for (var record = 0; record < owners.Length; record++)
        {
            if (owners[record] >= 0)
            {
                var row = table.AsSpan(record * TextModel.RecordBytes, TextModel.RecordBytes);
                for (var label = 0; label < labels; label++)
                {
                    row[label + 1] = (byte)(sbyte)MathF.Round(weights[((long)record * width) + label] / scales[label]);
                }

                row[0] = (byte)owners[record];
            }
        }

        return new TextModelTable(table, scales, biases[..labels]);
    }

    private static int Width(int labels) => (labels + Vector<float>.Count - 1) / Vector<float>.Count * Vector<float>.Count;

    private static float[] Filled(long length, TextModelOptions options)
    {
        var sums = new float[length];
        sums.AsSpan().Fill((float)options.InitialAccumulator);
        return sums;
    }

    private float[] Scores(int[] window, float root)
    {
        var sums = new float[width];
        var vectors = MemoryMarshal.Cast<float, Vector<float>>(sums.AsSpan());
        foreach (var record in window)
        {
            var row = MemoryMarshal.Cast<float, Vector<float>>(weights.AsSpan(record * width, width));
            for (var i = 0; i < vectors.Length; i++)
            {
                vectors[i] += row[i];
            }
        }

        for (var label = 0; label < labels; label++)
        {
            sums[label] = biases[label] + (sums[label] * root);
        }

        return sums;
    }

    private void Step(int[] window, float root, float[] gradient)
    {
        var loss = MemoryMarshal.Cast<float, Vector<float>>((ReadOnlySpan<float>)gradient);
        Step(biases, biasSquares, loss, 1);
        foreach (var record in window)
        {
            Step(weights.AsSpan(record * width, width), squares.AsSpan(record * width, width), loss, root);
        }
    }

    // Labels that are not known have a gradient of 0, and are not drawn to 0 either.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Step(Span<float> values, Span<float> sums, ReadOnlySpan<Vector<float>> loss, float share)
    {
        var row = MemoryMarshal.Cast<float, Vector<float>>(values);
        var square = MemoryMarshal.Cast<float, Vector<float>>(sums);
        var rate = new Vector<float>((float)options.LearningRate);
        var decay = new Vector<float>((float)options.L2);
        var small = new Vector<float>(Smallest);
        for (var i = 0; i < loss.Length; i++)
        {
            var known = ~Vector.Equals(loss[i], Vector<float>.Zero);
            var slope = Vector.ConditionalSelect(known, (loss[i] * share) + (decay * row[i]), Vector<float>.Zero);
            square[i] += slope * slope;
            row[i] -= rate * slope / (Vector.SquareRoot(square[i]) + small);
        }
    }
}
