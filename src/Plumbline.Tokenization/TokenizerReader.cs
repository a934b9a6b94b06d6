using System.Text.Json;
using Plumbline.Tokenization.Decoders;
using Plumbline.Tokenization.Models;
using Plumbline.Tokenization.Normalizers;
using Plumbline.Tokenization.PreTokenizers;

namespace Plumbline.Tokenization;

/// <summary>Reads a <c>tokenizer.json</c>.</summary>
internal static class TokenizerReader
{
    /// <summary>Understands the file's content, or says why not.</summary>
    /// <exception cref="InvalidInputException">The file is broken or of a kind that is not supported.</exception>
    public static TokenizerDefinition Read(ReadOnlyMemory<byte> json, string file) => JsonInput.Read(json, file, Read);

    private static TokenizerDefinition Read(JsonInput root)
    {
        var model = new ModelReader(root.Get("model", JsonValueKind.Object));
        var preTokenizer = root.Find("pre_tokenizer", JsonValueKind.Object);
        var isByteLevel = PreTokenizerReader.EndsInBytes(preTokenizer);
        var onBytes = isByteLevel && model.Type == "BPE" && !model.MarksWordParts;
        var added = VocabularyReader.ReadAdded(root, model.Vocabulary);
        var subwords = model.Read(added, onBytes);
        var (prefix, suffix) = PostProcessorReader.Read(root);
        return new TokenizerDefinition(
            model.Vocabulary,
            subwords,
            root.Find("normalizer", JsonValueKind.Object) is { } normalizer ? NormalizerReader.Read(normalizer) : null,
            WithWordStarts(PreTokenizerReader.Read(preTokenizer, leavesBytesToModel: onBytes), subwords),
            DecoderReader.Read(root.Find("decoder", JsonValueKind.Object), isByteLevel),
            added
        )
        {
            Prefix = prefix,
            Suffix = suffix,
        };
    }

    private static List<PreTokenizer> WithWordStarts(List<PreTokenizer> steps, SubwordModel model)
    {
        if (model.OnlyBegins(MetaspacePreTokenizer.Mark))
        {
            steps.Add(new WordStartPreTokenizer(MetaspacePreTokenizer.Mark));
        }

        return steps;
    }
}
