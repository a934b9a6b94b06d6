using Plumbline.Models.Language;

namespace Plumbline.Models.Generation;

/// <summary>Chooses the engine that decodes a model.</summary>
public static class DecodeEngines
{
    /// <summary>An engine for a model; the caller disposes it, before the model.</summary>
    /// <param name="decoder">The model; not owned.</param>
    /// <param name="options">Slots, lengths and whether log-probabilities must be those of training.</param>
    /// <exception cref="InvalidInputException">An option is out of range.</exception>
    public static IDecodeEngine For(Decoder decoder, DecodeEngineOptions options) => new TorchDecodeEngine(decoder, options);
}
