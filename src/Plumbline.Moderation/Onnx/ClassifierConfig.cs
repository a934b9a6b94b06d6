using System.Globalization;
using System.Text.Json;
using Plumbline.Tokenization;

namespace Plumbline.Moderation.Onnx;

/// <summary>What the <c>config.json</c> of a Hugging Face classifier says that a detector needs.</summary>
internal sealed record ClassifierConfig
{
    private const long MaximumBytes = 16L << 20;
    private const int MaximumLabels = 1 << 15;

    /// <summary>The labels, in the order of the model's outputs; null where it names none.</summary>
    public IReadOnlyList<string>? Labels { get; private init; }

    /// <summary>How the outputs become scores; null where it does not say.</summary>
    public LabelScores? Scores { get; private init; }

    /// <summary>The most tokens that the model reads at once; null where it does not say.</summary>
    public int? MostTokens { get; private init; }

    /// <summary>The token that fills batches; null where it does not say.</summary>
    public int? PadTokenId { get; private init; }

    /// <summary>How many rows the model's embedding has; null where it does not say.</summary>
    public int? VocabularySize { get; private init; }

    /// <summary>Reads it; what is missing stays null, and so does everything where there is no such file.</summary>
    /// <exception cref="InvalidInputException">The file is broken.</exception>
    public static ClassifierConfig Read(string path) =>
        File.Exists(path)
            ? JsonInput.Read(BoundedFile.Read(path, MaximumBytes, "a model's config.json"), path, Of)
            : new ClassifierConfig();

    private static ClassifierConfig Of(JsonInput root)
    {
        var pad = Number(root, "pad_token_id");
        var positions = Number(root, "max_position_embeddings");
        // RoBERTa numbers its positions from the padding's id plus one: the rows before are never used.
        if (root.FindText("model_type") is "roberta" or "xlm-roberta" or "camembert" && positions is { } rows)
        {
            positions = rows - (pad ?? 1) - 1;
        }

        return new ClassifierConfig
        {
            Labels = root.Find("id2label", JsonValueKind.Object) is { } labels ? ReadLabels(labels) : null,
            Scores = root.FindText("problem_type") switch
            {
                null => null,
                "single_label_classification" => LabelScores.Softmax,
                "multi_label_classification" => LabelScores.Sigmoid,
                var other => throw root.Invalid(
                    $"The problem_type is '{other}', which gives no scores of labels.",
                    "Use a model for single_label_classification or multi_label_classification."
                ),
            },
            MostTokens = positions is > 0 ? positions : null,
            PadTokenId = pad,
            VocabularySize = Number(root, "vocab_size"),
        };
    }

    private static int? Number(JsonInput root, string name) => root.Has(name) ? root.GetCount(name) : null;

    private static string[] ReadLabels(JsonInput labels)
    {
        const string mend = "Number the labels from 0 without a gap, as the model's outputs stand.";
        var count = labels.Element.EnumerateObject().Count();
        if (count is 0 or > MaximumLabels)
        {
            throw labels.Invalid($"id2label has {count} labels, not 1 to {MaximumLabels}.", mend);
        }

        var found = new string[count];
        foreach (var property in labels.Element.EnumerateObject())
        {
            var isIndex = int.TryParse(property.Name, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < count;
            if (!isIndex || found[index] is not null)
            {
                throw labels.Invalid($"id2label has the key '{property.Name}' among {count} labels.", mend);
            }

            found[index] = labels.GetText(property.Name);
        }

        return found;
    }
}
