namespace Plumbline;

/// <summary>A place in a file from outside: where bad input was found.</summary>
/// <param name="File">The file's path as the user gave it.</param>
/// <param name="Line">The line, from 1; null where lines mean nothing (binary files).</param>
/// <param name="Column">The column, from 1; null where it is not known.</param>
public sealed record InputPosition(string File, long? Line = null, long? Column = null)
{
    /// <summary><c>file:line:column</c>, as editors and compilers write it.</summary>
    public override string ToString() =>
        Line is null ? File
        : Column is null ? $"{File}:{Line}"
        : $"{File}:{Line}:{Column}";
}

/// <summary>
/// Something that came from outside (a file, an option, a row) is not usable. Its message names the place, the value and the mend;
/// the command line prints it without a stack trace and exits with code 2.
/// </summary>
public class InvalidInputException : Exception
{
    /// <summary>States what is wrong and how to mend it.</summary>
    /// <param name="problem">What is wrong, with the offending value.</param>
    /// <param name="mend">What the user can do about it.</param>
    /// <param name="position">Where it was found; null where the input is no file.</param>
    /// <param name="inner">The failure underneath, if one was caught.</param>
    public InvalidInputException(string problem, string? mend = null, InputPosition? position = null, Exception? inner = null)
        : base(Compose(problem, mend, position), inner)
    {
        Problem = problem;
        Mend = mend;
        Position = position;
    }

    /// <summary>What is wrong, without place and mend.</summary>
    public string Problem { get; }

    /// <summary>What the user can do about it; null where nothing useful can be said.</summary>
    public string? Mend { get; }

    /// <summary>Where it was found; null where the input is no file.</summary>
    public InputPosition? Position { get; }

    private static string Compose(string problem, string? mend, InputPosition? position) =>
        (position is null ? problem : $"{position}: {problem}") + (mend is null ? string.Empty : $" {mend}");
}
