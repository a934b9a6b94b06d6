using System.Text;
using System.Text.Json;

namespace Plumbline.Runs;

/// <summary>
/// <c>alarms.jsonl</c>: one alarm a line. A last line without its line feed was torn by a kill and is no alarm. Alarms are few, so the file is read whole and cut by
/// writing it anew.
/// </summary>
internal static class AlarmsFile
{
    private const long LargestFile = 64L << 20;

    /// <summary>The alarms in the file at <paramref name="path"/>; empty where there is no file.</summary>
    public static List<AlarmRow> Read(string path)
    {
        if (!File.Exists(path))
        {
            return [];
        }

        var alarms = new List<AlarmRow>();
        foreach (var line in Lines(path))
        {
            alarms.Add(Parse(line, path, alarms.Count + 1));
        }

        return alarms;
    }

    public static void Append(string path, AlarmRow alarm, double time) => File.AppendAllText(path, Line(alarm with { Time = time }));

    /// <summary>Drops a torn last line.</summary>
    public static void Repair(string path) => CutAfter(path, long.MaxValue);

    /// <summary>Removes the alarms after <paramref name="step"/>.</summary>
    public static void CutAfter(string path, long step)
    {
        if (File.Exists(path))
        {
            DurableFile.WriteText(path, string.Concat(Read(path).Where(alarm => alarm.Step <= step).Select(Line)));
        }
    }

    private static string Line(AlarmRow alarm) => JsonSerializer.Serialize(alarm, AlarmJson.Default.AlarmRow) + "\n";

    private static string[] Lines(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        if (file.Length > LargestFile)
        {
            throw new InvalidInputException("This file is larger than 64 MiB.", "Check that these are alarms.", new InputPosition(path));
        }

        using var reader = new StreamReader(file, Encoding.UTF8);
        return reader.ReadToEnd().Split('\n')[..^1];
    }

    private static AlarmRow Parse(string line, string path, int number)
    {
        try
        {
            if (JsonSerializer.Deserialize(line, AlarmJson.Default.AlarmRow) is { Step: >= 0 } alarm)
            {
                return alarm;
            }
        }
        catch (JsonException)
        {
            // Said below, with the place.
        }

        throw new InvalidInputException(
            "This line is no alarm.",
            "Remove the line, or move the file away.",
            new InputPosition(path, number)
        );
    }
}
