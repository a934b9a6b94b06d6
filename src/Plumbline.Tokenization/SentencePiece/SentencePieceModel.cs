namespace Plumbline.Tokenization.SentencePiece;

/// <summary>What a piece is for (SentencePiece's <c>sentencepiece_model.proto</c>).</summary>
internal enum PieceKind
{
    /// <summary>Ordinary.</summary>
    Normal = 1,

    /// <summary>Stands for what no piece covers.</summary>
    Unknown = 2,

    /// <summary>Controls the model; no text becomes one.</summary>
    Control = 3,

    /// <summary>Found in every text as it stands.</summary>
    UserDefined = 4,

    /// <summary>In the vocabulary, but never used.</summary>
    Unused = 5,

    /// <summary>One byte of a character that no piece covers.</summary>
    Byte = 6,
}

/// <summary>One entry of the vocabulary.</summary>
/// <param name="Text">The piece.</param>
/// <param name="Score">Its log-probability (Unigram), or the negative of its merge's rank (BPE).</param>
/// <param name="Kind">What it is for.</param>
internal readonly record struct Piece(string Text, float Score, PieceKind Kind);

/// <summary>The parts of a SentencePiece model file that encoding and decoding need.</summary>
internal sealed record SentencePieceModel
{
    private const int PiecesField = 1;
    private const int TrainerField = 2;
    private const int NormalizerField = 3;

    /// <summary>The most characters a piece may have; SentencePiece's own default is 16, tags of user-defined symbols are the longest known.</summary>
    private const int MaximumPieceLength = 1024;

    /// <summary>The vocabulary by id.</summary>
    public required IReadOnlyList<Piece> Pieces { get; init; }

    /// <summary>1 for Unigram, 2 for BPE.</summary>
    public int ModelType { get; init; } = 1;

    /// <summary>Whether characters that no piece covers become bytes.</summary>
    public bool ByteFallback { get; init; }

    /// <summary>The id of the piece that begins a text, -1 for none.</summary>
    public int BosId { get; init; } = 1;

    /// <summary>The id of the piece that ends a text, -1 for none.</summary>
    public int EosId { get; init; } = 2;

    /// <summary>The id of the piece that fills batches, -1 for none.</summary>
    public int PadId { get; init; } = -1;

    /// <summary>Whether spaces are marked behind words.</summary>
    public bool TreatsWhitespaceAsSuffix { get; init; }

    /// <summary>The precompiled character map; empty for none.</summary>
    public byte[] CharacterMap { get; init; } = [];

    /// <summary>Whether a space is put before a text.</summary>
    public bool AddsDummyPrefix { get; init; } = true;

    /// <summary>Whether spaces at the ends and all but one of several are dropped.</summary>
    public bool RemovesExtraWhitespace { get; init; } = true;

    /// <summary>Whether spaces become the mark U+2581.</summary>
    public bool EscapesWhitespace { get; init; } = true;

    /// <summary>Reads a model file.</summary>
    /// <exception cref="InvalidInputException">The file is broken.</exception>
    public static SentencePieceModel Read(ReadOnlySpan<byte> bytes, string file)
    {
        var pieces = new List<Piece>();
        var model = new SentencePieceModel { Pieces = pieces };
        var reader = new ProtobufReader(bytes, file);
        while (reader.MoveNext())
        {
            switch (reader.Field)
            {
                case PiecesField when pieces.Count < TokenizerDefinition.MaximumVocabulary:
                    pieces.Add(ReadPiece(reader.ReadMessage(), pieces.Count, file));
                    break;
                case TrainerField:
                    model = ReadTrainer(reader.ReadMessage(), model);
                    break;
                case NormalizerField:
                    model = ReadNormalizer(reader.ReadMessage(), model);
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return model;
    }

    private static Piece ReadPiece(ProtobufReader reader, int id, string file)
    {
        var (text, score, kind) = (string.Empty, 0f, (int)PieceKind.Normal);
        while (reader.MoveNext())
        {
            switch (reader.Field)
            {
                case 1:
                    text = reader.ReadText();
                    break;
                case 2:
                    score = reader.ReadSingle();
                    break;
                case 3:
                    kind = reader.ReadInteger();
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return text.Length is > 0 and <= MaximumPieceLength && kind is >= (int)PieceKind.Normal and <= (int)PieceKind.Byte
            ? new Piece(text, score, (PieceKind)kind)
            : throw new InvalidInputException(
                $"Piece {id} is of kind {kind} and has {text.Length} characters; kinds are 1 to 6, lengths 1 to {MaximumPieceLength}.",
                "Download or export the file again.",
                new InputPosition(file)
            );
    }

    private static SentencePieceModel ReadTrainer(ProtobufReader reader, SentencePieceModel model)
    {
        while (reader.MoveNext())
        {
            switch (reader.Field)
            {
                case 3:
                    model = model with { ModelType = reader.ReadInteger() };
                    break;
                case 24:
                    model = model with { TreatsWhitespaceAsSuffix = reader.ReadFlag() };
                    break;
                case 35:
                    model = model with { ByteFallback = reader.ReadFlag() };
                    break;
                case 41:
                    model = model with { BosId = reader.ReadInteger() };
                    break;
                case 42:
                    model = model with { EosId = reader.ReadInteger() };
                    break;
                case 43:
                    model = model with { PadId = reader.ReadInteger() };
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return model;
    }

    private static SentencePieceModel ReadNormalizer(ProtobufReader reader, SentencePieceModel model)
    {
        while (reader.MoveNext())
        {
            switch (reader.Field)
            {
                case 2:
                    model = model with { CharacterMap = reader.ReadBytes().ToArray() };
                    break;
                case 3:
                    model = model with { AddsDummyPrefix = reader.ReadFlag() };
                    break;
                case 4:
                    model = model with { RemovesExtraWhitespace = reader.ReadFlag() };
                    break;
                case 5:
                    model = model with { EscapesWhitespace = reader.ReadFlag() };
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return model;
    }
}
