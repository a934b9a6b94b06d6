using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using Plumbline.Tokenization;

namespace Plumbline.Moderation.Onnx;

/// <summary>Makes the inputs of a sequence classifier: those it has, recognised by their names.</summary>
/// <remarks>All windows of a batch have one length, because only a text's single window is shorter than the others: nothing is ever padded.</remarks>
internal sealed class SequenceInputs
{
    private static readonly string[] Known = ["input_ids", "attention_mask", "token_type_ids"];

    private readonly IReadOnlyDictionary<string, TensorElementType> types;
    private readonly int[] prefix;
    private readonly int[] suffix;

    private SequenceInputs(IReadOnlyDictionary<string, TensorElementType> types, Tokenizer tokenizer)
    {
        this.types = types;
        prefix = [.. tokenizer.PrefixTokenIds];
        suffix = [.. tokenizer.SuffixTokenIds];
    }

    /// <summary>Recognises a model's inputs.</summary>
    /// <exception cref="InvalidInputException">It has others, or of another kind, or knows fewer tokens than the tokenizer makes.</exception>
    public static SequenceInputs Of(OnnxSession session, Tokenizer tokenizer, ClassifierConfig config)
    {
        if (!session.Inputs.ContainsKey("input_ids"))
        {
            throw session.Invalid(
                $"The model has no input 'input_ids'; it has {string.Join(", ", session.Inputs.Keys)}.",
                "Export a sequence classifier, which reads tokens."
            );
        }

        foreach (var (name, about) in session.Inputs)
        {
            if (!Known.Contains(name, StringComparer.Ordinal))
            {
                throw session.Invalid($"The model has the input '{name}'.", $"Known are {string.Join(", ", Known)}.");
            }

            if (about.ElementDataType is not (TensorElementType.Int64 or TensorElementType.Int32) || about.Dimensions.Length != 2)
            {
                throw session.Invalid(
                    $"The input '{name}' holds {about.ElementDataType} in {about.Dimensions.Length} dimensions.",
                    "Export it as int64 or int32 of the shape [batch, tokens]."
                );
            }

            if (about.Dimensions.Any(size => size > 0))
            {
                throw session.Invalid(
                    $"The input '{name}' has the fixed shape [{string.Join(", ", about.Dimensions)}].",
                    "Export the model with dynamic axes for batch and tokens."
                );
            }
        }

        return config.VocabularySize < tokenizer.VocabularySize
            ? throw session.Invalid(
                $"The model knows {config.VocabularySize} tokens, the tokenizer has {tokenizer.VocabularySize}.",
                "Use the tokenizer that the model was trained with."
            )
            : new SequenceInputs(session.Inputs.ToDictionary(input => input.Key, input => input.Value.ElementDataType), tokenizer);
    }

    /// <summary>The inputs for some windows of a text.</summary>
    /// <param name="ids">The text's tokens.</param>
    /// <param name="batch">The windows, all of one length.</param>
    public ModelInputs Make(int[] ids, TokenWindow[] batch)
    {
        var width = prefix.Length + batch[0].Count + suffix.Length;
        var rows = new int[batch.Length * width];
        for (var i = 0; i < batch.Length; i++)
        {
            var row = rows.AsSpan(i * width, width);
            prefix.CopyTo(row);
            ids.AsSpan(batch[i].Start, batch[i].Count).CopyTo(row[prefix.Length..]);
            suffix.CopyTo(row[(prefix.Length + batch[i].Count)..]);
        }

        long[] shape = [batch.Length, width];
        var values = new Dictionary<string, OrtValue>(StringComparer.Ordinal);
        foreach (var (name, type) in types)
        {
            var content = name switch
            {
                "input_ids" => rows,
                "attention_mask" => Filled(rows.Length, 1),
                _ => Filled(rows.Length, 0),
            };
            values[name] =
                type == TensorElementType.Int32
                    ? OrtValue.CreateTensorValueFromMemory(content, shape)
                    : OrtValue.CreateTensorValueFromMemory(Array.ConvertAll(content, id => (long)id), shape);
        }

        return new ModelInputs(values);
    }

    private static int[] Filled(int length, int value)
    {
        var content = new int[length];
        Array.Fill(content, value);
        return content;
    }
}
