namespace Plumbline.Scoring;

/// <summary>
/// A conversation is longer than the model that is to read it. It is bad input where it is all that is asked; who asks about many rows leaves this one out, since others may fit.
/// </summary>
/// <param name="problem">What is too long, with its length and the model's.</param>
/// <param name="mend">What the user can do about it.</param>
public sealed class ContextExceededException(string problem, string mend) : InvalidInputException(problem, mend);
