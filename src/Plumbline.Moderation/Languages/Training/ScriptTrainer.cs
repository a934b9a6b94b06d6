using System.Numerics;

namespace Plumbline.Moderation.Languages.Training;

/// <summary>Trains the model of one script: multinomial logistic regression by stochastic gradient descent, one piece of text a step, on one thread.</summary>
/// <remarks>
/// Scores are z = bias + sum of rows / sqrt(n) over the n features of a piece; the gradient of its cross-entropy by a row is (softmax(z) - label) / sqrt(n) for each time
/// that the row was read. Weights are kept sparse by truncated gradients (Langford, Li and Zhang 2009, arXiv:0806.4686).
/// </remarks>
internal sealed class ScriptTrainer
{
    private const int ShrinkEvery = 4096;
    private readonly LanguageTrainingOptions options;
    private readonly ScriptTexts texts;
    private readonly int bits;
    private readonly int stride;
    private readonly float[] rows;
    private readonly float[] biases;
    private readonly int[] buckets = new int[LetterText.Room * NgramReader.PerLetter];

    /// <summary>Makes ready.</summary>
    public ScriptTrainer(ScriptTexts texts, LanguageTrainingOptions options)
    {
        this.options = options;
        this.texts = texts;
        bits = texts.Languages.Count > options.FewLanguages ? options.ManyBits : options.FewBits;
        stride = (texts.Classes + Vector<float>.Count - 1) / Vector<float>.Count * Vector<float>.Count;
        rows = new float[(long)stride << bits];
        biases = new float[stride];
    }

    /// <summary>Trains, and gives what was learnt, not yet calibrated.</summary>
    public ScriptParameters Train()
    {
        var random = options.Seed.Derive("language " + Scripts.Code(texts.Script)).Source();
        var steps = (long)options.PiecesPerLanguage * Math.Max(2, texts.Classes);
        var gradient = new float[stride];
        for (long step = 0; step < steps; step++)
        {
            var (text, label) = texts.Draw(random, options.UnknownShare, isHeldOut: false);
            var rate = (float)(options.LearningRate * (1 - (double)step / steps));
            Learn(text, label, rate, gradient);
            if (step % ShrinkEvery == ShrinkEvery - 1)
            {
                Shrink((float)(rate * options.Shrinkage * ShrinkEvery));
            }
        }

        return Quantised();
    }

    private void Learn(string text, int label, float rate, float[] gradient)
    {
        Span<char> room = stackalloc char[LetterText.Room];
        var letters = room[..LetterText.Read(text, room)];
        letters = letters[..LetterText.Keep(letters, texts.Script)];
        var reader = new NgramReader(letters, bits);
        var count = reader.Read(buckets);
        if (count == 0)
        {
            return;
        }

        var share = 1 / MathF.Sqrt(count);
        Array.Clear(gradient);
        foreach (var bucket in buckets.AsSpan(0, count))
        {
            Add(rows.AsSpan(bucket * stride, stride), gradient, 1);
        }

        var largest = float.NegativeInfinity;
        for (var i = 0; i < texts.Classes; i++)
        {
            gradient[i] = gradient[i] * share + biases[i];
            largest = MathF.Max(largest, gradient[i]);
        }

        var sum = 0f;
        for (var i = 0; i < texts.Classes; i++)
        {
            gradient[i] = MathF.Exp(gradient[i] - largest);
            sum += gradient[i];
        }

        for (var i = 0; i < texts.Classes; i++)
        {
            gradient[i] = gradient[i] / sum - (i == label ? 1 : 0);
            biases[i] -= 0.01f * rate * gradient[i];
        }

        foreach (var bucket in buckets.AsSpan(0, count))
        {
            Add(gradient, rows.AsSpan(bucket * stride, stride), -rate * share);
        }
    }

    private static void Add(ReadOnlySpan<float> from, Span<float> to, float times)
    {
        for (var i = 0; i < to.Length; i += Vector<float>.Count)
        {
            (new Vector<float>(to[i..]) + new Vector<float>(from[i..]) * times).CopyTo(to[i..]);
        }
    }

    private void Shrink(float by)
    {
        var least = new Vector<float>(by);
        for (var i = 0; i < rows.Length; i += Vector<float>.Count)
        {
            var row = new Vector<float>(rows, i);
            var shrunk = Vector.Max(Vector.Abs(row) - least, Vector<float>.Zero);
            Vector.ConditionalSelect(Vector.LessThan(row, Vector<float>.Zero), -shrunk, shrunk).CopyTo(rows, i);
        }
    }

    /// <summary>Weights as whole numbers: the step is such that one weight in 2,000 is cut off.</summary>
    private ScriptParameters Quantised()
    {
        var count = 1 << bits;
        var sizes = rows.Where(weight => weight != 0).Select(MathF.Abs).Order().ToArray();
        var largest = sizes.Length == 0 ? 1 : sizes[(int)((long)(sizes.Length - 1) * 1999 / 2000)];
        var step = largest / options.Levels;
        var weights = new sbyte[(long)texts.Classes << bits];
        for (var label = 0; label < texts.Classes; label++)
        {
            for (var bucket = 0; bucket < count; bucket++)
            {
                var level = MathF.Round(rows[bucket * stride + label] / step);
                weights[label * count + bucket] = (sbyte)Math.Clamp(level, -options.Levels, options.Levels);
            }
        }

        return new ScriptParameters
        {
            Script = texts.Script,
            Languages = texts.Languages,
            HasUnknown = texts.HasUnknown,
            Bits = bits,
            Scale = step,
            Biases = biases[..texts.Classes],
            Weights = weights,
        };
    }
}
