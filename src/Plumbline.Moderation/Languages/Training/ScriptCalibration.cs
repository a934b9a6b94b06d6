namespace Plumbline.Moderation.Languages.Training;

/// <summary>Makes the probabilities of a script's model true on pieces that it was not trained on, and sets the bound below which no language is named.</summary>
/// <remarks>
/// Temperature scaling (Guo et al. 2017, arXiv:1706.04599) with a temperature that is a power of the number of features: a model whose features overlap trusts long texts too much.
/// </remarks>
internal sealed class ScriptCalibration
{
    private const int Draws = 6000;
    private const int Rounds = 6;
    private static readonly (float Least, float Most) Range = (-4, 4);
    private readonly ScriptModel model;
    private readonly double[][] scores = new double[Draws][];
    private readonly double[] lengths = new double[Draws];
    private readonly int[] labels = new int[Draws];

    private ScriptCalibration(ScriptParameters parameters, ScriptTexts texts, LanguageTrainingOptions options)
    {
        model = new ScriptModel(parameters);
        var random = options.Seed.Derive("calibration " + Scripts.Code(texts.Script)).Source();
        Span<char> room = stackalloc char[LetterText.Room];
        for (var i = 0; i < Draws; i++)
        {
            var (text, label) = texts.Draw(random, options.UnknownShare, isHeldOut: true);
            var letters = room[..LetterText.Read(text, room)];
            letters = letters[..LetterText.Keep(letters, texts.Script)];
            scores[i] = new double[parameters.Classes];
            labels[i] = label;
            lengths[i] = Math.Log(Math.Max(1, model.Score(letters, scores[i])));
        }
    }

    /// <summary>The parameters with sharpness and bound.</summary>
    public static ScriptParameters Calibrated(ScriptParameters parameters, ScriptTexts texts, LanguageTrainingOptions options)
    {
        var calibration = new ScriptCalibration(parameters, texts, options);
        double sharpness = 0,
            byLength = 0;
        for (var round = 0; round < Rounds; round++)
        {
            sharpness = Minimum(Range.Least, Range.Most, value => calibration.Loss(value, byLength));
            byLength = Minimum(-1, 1, value => calibration.Loss(sharpness, value));
        }

        return parameters with
        {
            Sharpness = (float)sharpness,
            SharpnessByLength = (float)byLength,
            Bound = calibration.Bound(sharpness, byLength, options.Precision),
        };
    }

    /// <summary>The mean cross-entropy.</summary>
    private double Loss(double sharpness, double byLength)
    {
        var loss = 0.0;
        for (var i = 0; i < Draws; i++)
        {
            loss -= Math.Log(Math.Max(1e-12, Probabilities(i, sharpness, byLength)[labels[i]]));
        }

        return loss / Draws;
    }

    private double[] Probabilities(int i, double sharpness, double byLength)
    {
        var factor = Math.Exp(sharpness + byLength * lengths[i]);
        var probabilities = Array.ConvertAll(scores[i], score => score * factor);
        Softmax.Of(probabilities);
        return probabilities;
    }

    /// <summary>The least of 0.30, 0.35, ... 0.95 from which the wanted share of the answers is right.</summary>
    private float Bound(double sharpness, double byLength, double precision)
    {
        var probabilities = Enumerable.Range(0, Draws).Select(i => Probabilities(i, sharpness, byLength)).ToList();
        for (var percent = 30; percent < 95; percent += 5)
        {
            var given = probabilities
                .Select((of, i) => IsRight(model.Choose(of, percent / 100.0), labels[i]))
                .Where(isRight => isRight is not null)
                .ToList();
            if (given.Count(isRight => isRight == true) >= precision * given.Count)
            {
                return percent / 100f;
            }
        }

        return 0.95f;
    }

    /// <summary>Whether an answer is right; null where none is given.</summary>
    private bool? IsRight(LanguageChoice choice, int label) =>
        choice.Name is null
            ? null
            : choice.Class == label
                || (
                    label < model.Parameters.Languages.Count
                    && model.Parameters.Languages[label].StartsWith(choice.Name + "-", StringComparison.Ordinal)
                );

    /// <summary>Where a function with one minimum has it: golden-section search.</summary>
    private static double Minimum(double least, double most, Func<double, double> function)
    {
        const double Section = 0.6180339887498949;
        for (var step = 0; step < 24; step++)
        {
            double lower = most - (most - least) * Section,
                upper = least + (most - least) * Section;
            if (function(lower) < function(upper))
            {
                most = upper;
            }
            else
            {
                least = lower;
            }
        }

        return (least + most) / 2;
    }
}
