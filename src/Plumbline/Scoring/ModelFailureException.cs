namespace Plumbline.Scoring;

/// <summary>A model did not answer, or not with what was asked for. The same question may be asked again later.</summary>
/// <param name="message">What happened, and the mend.</param>
/// <param name="inner">The failure underneath.</param>
public class ModelFailureException(string message, Exception? inner = null) : Exception(message, inner);
