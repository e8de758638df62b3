<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>Amount</name>
    <message>
        <source>{done} of {total}</source>
        <translation>{done} von {total}</translation>
    </message>
    <message>
        <source>{done} of {total} {unit}</source>
        <translation>{done} von {total} {unit}</translation>
    </message>
</context>
<context>
    <name>AnswerView</name>
    <message>
        <source>Answer again</source>
        <translation>Neu antworten</translation>
    </message>
    <message>
        <source>Answer by %1</source>
        <translation>Antwort von %1</translation>
    </message>
    <message>
        <source>Copy the answer</source>
        <translation>Antwort kopieren</translation>
    </message>
    <message>
        <source>Go on from here in a new conversation</source>
        <translation>Von hier aus in einer neuen Unterhaltung weitermachen</translation>
    </message>
    <message>
        <source>the model</source>
        <translation>dem Modell</translation>
    </message>
</context>
<context>
    <name>Chat</name>
    <message>
        <source>   none is quantized yet</source>
        <translation>   noch keiner ist quantisiert</translation>
    </message>
    <message>
        <source>%1 answers</source>
        <translation>%1 antwortet</translation>
    </message>
    <message>
        <source>%1, %2 bits</source>
        <translation>%1, %2 Bit</translation>
    </message>
    <message numerus="yes">
        <source>%Ln tokens, %1 tokens/s</source>
        <translation>
            <numerusform>%Ln Token, %1 Tokens/s</numerusform>
            <numerusform>%Ln Tokens, %1 Tokens/s</numerusform>
        </translation>
    </message>
    <message>
        <source>A run is using the device</source>
        <translation>Ein Lauf belegt das Gerät</translation>
    </message>
    <message>
        <source>An empty answer.</source>
        <translation>Eine leere Antwort.</translation>
    </message>
    <message>
        <source>Base models, before any run</source>
        <translation>Basismodelle, noch ohne Lauf</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Close chat</source>
        <translation>Chat schließen</translation>
    </message>
    <message>
        <source>Conversation</source>
        <translation>Unterhaltung</translation>
    </message>
    <message>
        <source>Freeing its memory</source>
        <translation>Speicher wird freigegeben</translation>
    </message>
    <message>
        <source>It needs %1 and answers in RAM (%2 free).</source>
        <translation>Es braucht %1 und antwortet im Arbeitsspeicher (%2 frei).</translation>
    </message>
    <message>
        <source>It needs %1 and answers on the GPU (%2 free).</source>
        <translation>Es braucht %1 und antwortet auf der GPU (%2 frei).</translation>
    </message>
    <message>
        <source>It needs %1 of memory and %2 are free: it will be refused until there is more.</source>
        <translation>Es braucht %1 Speicher, und %2 sind frei: Bis mehr frei ist, wird es abgelehnt.</translation>
    </message>
    <message>
        <source>It needs %1, which is too much beside the quantized model (%2 without it): they take turns.</source>
        <translation>Es braucht %1, zu viel neben dem quantisierten Modell (%2 ohne dieses): Beide wechseln sich ab.</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>Open a GGUF file…</source>
        <translation>GGUF-Datei öffnen…</translation>
    </message>
    <message>
        <source>Open a folder…</source>
        <translation>Ordner öffnen…</translation>
    </message>
    <message>
        <source>Opening the model</source>
        <translation>Modell wird geöffnet</translation>
    </message>
    <message>
        <source>Quantized, corrected and fine-tuned on your data</source>
        <translation>Quantisiert, repariert und mit eigenen Daten feinabgestimmt</translation>
    </message>
    <message>
        <source>Quantized, nothing else</source>
        <translation>Quantisiert, sonst nichts</translation>
    </message>
    <message>
        <source>Quantized, with the error correction</source>
        <translation>Quantisiert, mit Reparatur des Fehlers</translation>
    </message>
    <message>
        <source>Reads the conversation …</source>
        <translation>Liest die Unterhaltung …</translation>
    </message>
    <message>
        <source>Ready, %1</source>
        <translation>Bereit, %1</translation>
    </message>
    <message>
        <source>Starter model</source>
        <translation>Startmodell</translation>
    </message>
    <message>
        <source>Stopped before it said anything.</source>
        <translation>Angehalten, bevor etwas gesagt war.</translation>
    </message>
    <message>
        <source>System prompt</source>
        <translation>Systemprompt</translation>
    </message>
    <message>
        <source>The original model, before quantization</source>
        <translation>Das ursprüngliche Modell vor der Quantisierung</translation>
    </message>
    <message>
        <source>Use the processor instead</source>
        <translation>Stattdessen den Prozessor nehmen</translation>
    </message>
    <message>
        <source>Waits for its turn …</source>
        <translation>Wartet, bis es an der Reihe ist …</translation>
    </message>
    <message>
        <source>You</source>
        <translation>Du</translation>
    </message>
    <message>
        <source>Your runs</source>
        <translation>Eigene Läufe</translation>
    </message>
    <message>
        <source>cut at the longest length</source>
        <translation>bei der größten Länge abgeschnitten</translation>
    </message>
    <message>
        <source>first word after %1</source>
        <translation>erstes Wort nach %1</translation>
    </message>
    <message>
        <source>on the GPU</source>
        <translation>auf der GPU</translation>
    </message>
    <message>
        <source>on the processor</source>
        <translation>auf dem Prozessor</translation>
    </message>
    <message>
        <source>stopped</source>
        <translation>angehalten</translation>
    </message>
    <message>
        <source>the model&apos;s memory is full</source>
        <translation>das Gedächtnis des Modells ist voll</translation>
    </message>
</context>
<context>
    <name>ChatController</name>
    <message>
        <source>%1 (branch)</source>
        <translation>%1 (Zweig)</translation>
    </message>
    <message>
        <source>A run waits for the device, which the chat is using.</source>
        <translation>Ein Lauf wartet auf das Gerät, das der Chat belegt.</translation>
    </message>
    <message>
        <source>Close the chat</source>
        <translation>Chat schließen</translation>
    </message>
    <message>
        <source>Close the chat to let it start; the conversation is kept.</source>
        <translation>Wird der Chat geschlossen, kann der Lauf beginnen; die Unterhaltung bleibt erhalten.</translation>
    </message>
    <message>
        <source>Often the memory was full. Close other programs, or choose a smaller model.</source>
        <translation>Oft war der Speicher voll. Andere Programme schließen oder ein kleineres Modell wählen.</translation>
    </message>
    <message>
        <source>Open again</source>
        <translation>Wieder öffnen</translation>
    </message>
    <message>
        <source>The chat was closed.</source>
        <translation>Der Chat wurde geschlossen.</translation>
    </message>
    <message>
        <source>The chat&apos;s process ended by itself (code %1).</source>
        <translation>Der Prozess des Chats hat sich selbst beendet (Code %1).</translation>
    </message>
    <message>
        <source>The chat&apos;s process was killed by the system or by another program.</source>
        <translation>Der Prozess des Chats wurde vom System oder von einem anderen Programm beendet.</translation>
    </message>
    <message>
        <source>The conversation is kept; open the model again to go on.</source>
        <translation>Die Unterhaltung ist erhalten; zum Weitermachen das Modell wieder öffnen.</translation>
    </message>
</context>
<context>
    <name>ChatHeader</name>
    <message>
        <source>Answer as: %1</source>
        <translation>Antworten als: %1</translation>
    </message>
    <message>
        <source>Asks several variants the same and shows their answers side by side</source>
        <translation>Fragt mehrere Varianten dasselbe und zeigt die Antworten nebeneinander</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>Vergleichen</translation>
    </message>
    <message>
        <source>Compare several variants</source>
        <translation>Mehrere Varianten vergleichen</translation>
    </message>
    <message>
        <source>Delete this conversation</source>
        <translation>Diese Unterhaltung löschen</translation>
    </message>
    <message>
        <source>Export, rename or delete this conversation</source>
        <translation>Diese Unterhaltung exportieren, umbenennen oder löschen</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>Exportieren…</translation>
    </message>
    <message>
        <source>Model to talk with</source>
        <translation>Modell für das Gespräch</translation>
    </message>
    <message>
        <source>More</source>
        <translation>Mehr</translation>
    </message>
    <message>
        <source>Open or close the chat</source>
        <translation>Chat öffnen oder schließen</translation>
    </message>
    <message>
        <source>Progress of opening the model</source>
        <translation>Fortschritt beim Öffnen des Modells</translation>
    </message>
    <message>
        <source>Rename…</source>
        <translation>Umbenennen…</translation>
    </message>
    <message>
        <source>Show the saved conversations</source>
        <translation>Gespeicherte Unterhaltungen zeigen</translation>
    </message>
    <message>
        <source>System prompt and sampling</source>
        <translation>Systemprompt und Auswahl der Wörter</translation>
    </message>
</context>
<context>
    <name>ChatPage</name>
    <message>
        <source>%1 cannot be written: %2.</source>
        <translation>%1 kann nicht geschrieben werden: %2.</translation>
    </message>
    <message>
        <source>A GGUF file</source>
        <translation>Eine GGUF-Datei</translation>
    </message>
    <message>
        <source>A link in an answer leads to:

%1

Open it in your browser?</source>
        <translation>Ein Link in einer Antwort führt zu:

%1

Im Browser öffnen?</translation>
    </message>
    <message>
        <source>A run, or a model&apos;s folder</source>
        <translation>Ein Lauf oder der Ordner eines Modells</translation>
    </message>
    <message>
        <source>Choose a model</source>
        <translation>Modell wählen</translation>
    </message>
    <message>
        <source>Choose a model to talk with</source>
        <translation>Ein Modell für das Gespräch wählen</translation>
    </message>
    <message>
        <source>Choose another folder.</source>
        <translation>Einen anderen Ordner wählen.</translation>
    </message>
    <message>
        <source>Delete the conversation</source>
        <translation>Unterhaltung löschen</translation>
    </message>
    <message>
        <source>Delete “%1”? This cannot be undone.</source>
        <translation>„%1“ löschen? Das lässt sich nicht rückgängig machen.</translation>
    </message>
    <message>
        <source>Ends the chat and frees its memory; the conversation is kept</source>
        <translation>Beendet den Chat und gibt seinen Speicher frei; die Unterhaltung bleibt erhalten</translation>
    </message>
    <message>
        <source>Every variant gets the same question, and their answers stand side by side.</source>
        <translation>Jede Variante bekommt dieselbe Frage, und die Antworten stehen nebeneinander.</translation>
    </message>
    <message>
        <source>Explain in three sentences why the sky is blue.</source>
        <translation>Erkläre in drei Sätzen, warum der Himmel blau ist.</translation>
    </message>
    <message>
        <source>Export the conversation</source>
        <translation>Unterhaltung exportieren</translation>
    </message>
    <message>
        <source>GGUF files</source>
        <translation>GGUF-Dateien</translation>
    </message>
    <message>
        <source>Make a table of the three largest planets and their sizes.</source>
        <translation>Mach eine Tabelle der drei größten Planeten und ihrer Größen.</translation>
    </message>
    <message>
        <source>Markdown (*.md);;JSON (*.json)</source>
        <translation>Markdown (*.md);;JSON (*.json)</translation>
    </message>
    <message>
        <source>Nothing found.</source>
        <translation>Nichts gefunden.</translation>
    </message>
    <message>
        <source>One of your runs, or a base model before any run. It is loaded when you choose it.</source>
        <translation>Einer der eigenen Läufe oder ein Basismodell ohne Lauf. Es wird geladen, sobald es gewählt ist.</translation>
    </message>
    <message>
        <source>Open a link</source>
        <translation>Link öffnen</translation>
    </message>
    <message>
        <source>Rename the conversation</source>
        <translation>Unterhaltung umbenennen</translation>
    </message>
    <message>
        <source>Talk with %1</source>
        <translation>Gespräch mit %1</translation>
    </message>
    <message>
        <source>Title</source>
        <translation>Titel</translation>
    </message>
    <message>
        <source>Write a message below, or begin with one of these.</source>
        <translation>Unten eine Nachricht schreiben oder mit einer von diesen beginnen.</translation>
    </message>
    <message>
        <source>Write a short poem about a lighthouse.</source>
        <translation>Schreib ein kurzes Gedicht über einen Leuchtturm.</translation>
    </message>
    <message>
        <source>Your conversations are kept here.</source>
        <translation>Hier bleiben die Unterhaltungen aufbewahrt.</translation>
    </message>
</context>
<context>
    <name>ChatStart</name>
    <message>
        <source>Ask: %1</source>
        <translation>Fragen: %1</translation>
    </message>
    <message>
        <source>Choose a model</source>
        <translation>Modell wählen</translation>
    </message>
</context>
<context>
    <name>CodeBlock</name>
    <message>
        <source>Code</source>
        <translation>Code</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Copy the code</source>
        <translation>Code kopieren</translation>
    </message>
</context>
<context>
    <name>CodeText</name>
    <message>
        <source>Code</source>
        <translation>Code</translation>
    </message>
</context>
<context>
    <name>Composer</name>
    <message>
        <source>Enter sends, Shift+Enter makes a new line</source>
        <translation>Eingabe sendet, Umschalt+Eingabe beginnt eine neue Zeile</translation>
    </message>
    <message>
        <source>Esc stops the answer</source>
        <translation>Esc hält die Antwort an</translation>
    </message>
    <message>
        <source>Send</source>
        <translation>Senden</translation>
    </message>
    <message>
        <source>Send the message</source>
        <translation>Nachricht senden</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>Stop the answer</source>
        <translation>Antwort anhalten</translation>
    </message>
    <message>
        <source>Write a message</source>
        <translation>Nachricht schreiben</translation>
    </message>
    <message>
        <source>Your message</source>
        <translation>Eigene Nachricht</translation>
    </message>
</context>
<context>
    <name>ConversationList</name>
    <message>
        <source>Begin a new conversation (Ctrl+N)</source>
        <translation>Neue Unterhaltung beginnen (Strg+N)</translation>
    </message>
    <message>
        <source>Conversations</source>
        <translation>Unterhaltungen</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Löschen</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>Exportieren…</translation>
    </message>
    <message>
        <source>New conversation</source>
        <translation>Neue Unterhaltung</translation>
    </message>
    <message>
        <source>Rename…</source>
        <translation>Umbenennen…</translation>
    </message>
    <message>
        <source>Saved conversations</source>
        <translation>Gespeicherte Unterhaltungen</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>Suchen</translation>
    </message>
    <message>
        <source>Search in all conversations</source>
        <translation>In allen Unterhaltungen suchen</translation>
    </message>
</context>
<context>
    <name>ConversationsModel</name>
    <message>
        <source>New conversation</source>
        <translation>Neue Unterhaltung</translation>
    </message>
</context>
<context>
    <name>DataChoice</name>
    <message>
        <source>Choose the data</source>
        <translation>Daten wählen</translation>
    </message>
</context>
<context>
    <name>DataStep</name>
    <message>
        <source>%1 is not read: %2</source>
        <translation>%1 wird nicht gelesen: %2</translation>
    </message>
    <message>
        <source>%1 rows, longest %2 tokens, %3 too long for the limit of %4</source>
        <translation>%1 Zeilen, die längste mit %2 Tokens, %3 zu lang für die Grenze von %4</translation>
    </message>
    <message>
        <source>%1: %2 tokens, %3 learned</source>
        <translation>%1: %2 Tokens, %3 gelernt</translation>
    </message>
    <message numerus="yes">
        <source>%Ln examples</source>
        <translation>
            <numerusform>%Ln Beispiel</numerusform>
            <numerusform>%Ln Beispiele</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln held back for measuring</source>
        <translation>
            <numerusform>%Ln zum Messen zurückgehalten</numerusform>
            <numerusform>%Ln zum Messen zurückgehalten</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln refused</source>
        <translation>
            <numerusform>%Ln abgelehnt</numerusform>
            <numerusform>%Ln abgelehnt</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln repeated</source>
        <translation>
            <numerusform>%Ln doppelt</numerusform>
            <numerusform>%Ln doppelt</numerusform>
        </translation>
    </message>
    <message>
        <source>, cut</source>
        <translation>, abgeschnitten</translation>
    </message>
    <message>
        <source>119 short conversations of a made-up toaster workshop</source>
        <translation>119 kurze Gespräche einer erfundenen Toasterwerkstatt</translation>
    </message>
    <message>
        <source>60 questions and answers about birds, as a table</source>
        <translation>60 Fragen und Antworten über Vögel als Tabelle</translation>
    </message>
    <message>
        <source>An essay of about 4,200 words</source>
        <translation>Ein Aufsatz von etwa 4.200 Wörtern</translation>
    </message>
    <message>
        <source>Answer</source>
        <translation>Antwort</translation>
    </message>
    <message>
        <source>Bird questions</source>
        <translation>Vogelfragen</translation>
    </message>
    <message>
        <source>Conversation</source>
        <translation>Unterhaltung</translation>
    </message>
    <message>
        <source>Data (%1);;All files (*)</source>
        <translation>Daten (%1);;Alle Dateien (*)</translation>
    </message>
    <message>
        <source>Every row can be used.</source>
        <translation>Jede Zeile ist brauchbar.</translation>
    </message>
    <message>
        <source>Format %1: %2.</source>
        <translation>Format %1: %2.</translation>
    </message>
    <message>
        <source>Further input</source>
        <translation>Weitere Eingabe</translation>
    </message>
    <message>
        <source>Highlighted: what the model learns to write. The rest it only reads.</source>
        <translation>Hervorgehoben: was das Modell zu schreiben lernt. Den Rest liest es nur.</translation>
    </message>
    <message>
        <source>Looking at the data…</source>
        <translation>Daten werden angesehen…</translation>
    </message>
    <message>
        <source>No data: quantize and repair only</source>
        <translation>Keine Daten: nur quantisieren und reparieren</translation>
    </message>
    <message>
        <source>Open a folder of data</source>
        <translation>Ordner mit Daten öffnen</translation>
    </message>
    <message>
        <source>Open data</source>
        <translation>Daten öffnen</translation>
    </message>
    <message>
        <source>Plain prose</source>
        <translation>Einfache Prosa</translation>
    </message>
    <message>
        <source>Question or prompt</source>
        <translation>Frage oder Prompt</translation>
    </message>
    <message>
        <source>System prompt</source>
        <translation>Systemprompt</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Text</translation>
    </message>
    <message>
        <source>The model has no chat template of its own; a plain one is used.</source>
        <translation>Das Modell hat keine eigene Chatvorlage; eine einfache wird verwendet.</translation>
    </message>
    <message>
        <source>The preview appears when the model&apos;s tokenizer is on this computer.</source>
        <translation>Die Vorschau erscheint, sobald der Tokenizer des Modells auf diesem Computer ist.</translation>
    </message>
    <message>
        <source>Without data the model is quantized and repaired only.</source>
        <translation>Ohne Daten wird das Modell nur quantisiert und repariert.</translation>
    </message>
    <message>
        <source>Workshop chats</source>
        <translation>Werkstattgespräche</translation>
    </message>
</context>
<context>
    <name>DataView</name>
    <message>
        <source>Column for %1</source>
        <translation>Spalte für %1</translation>
    </message>
    <message>
        <source>Columns and split</source>
        <translation>Spalten und Aufteilung</translation>
    </message>
    <message>
        <source>Drop a file or folder here: jsonl, json, csv, tsv, parquet, arrow or txt</source>
        <translation>Datei oder Ordner hier ablegen: jsonl, json, csv, tsv, parquet, arrow oder txt</translation>
    </message>
    <message>
        <source>File…</source>
        <translation>Datei…</translation>
    </message>
    <message>
        <source>Folder…</source>
        <translation>Ordner…</translation>
    </message>
    <message>
        <source>Held back for measuring</source>
        <translation>Zum Messen zurückgehalten</translation>
    </message>
    <message>
        <source>Looks at the data</source>
        <translation>Die Daten werden angesehen</translation>
    </message>
    <message>
        <source>No data yet? Try a sample:</source>
        <translation>Noch keine Daten? Ein Beispiel probieren:</translation>
    </message>
    <message>
        <source>Refused</source>
        <translation>Abgelehnt</translation>
    </message>
    <message>
        <source>Refused (%1)</source>
        <translation>Abgelehnt (%1)</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>Remove the data</source>
        <translation>Daten entfernen</translation>
    </message>
    <message>
        <source>Rows</source>
        <translation>Zeilen</translation>
    </message>
    <message>
        <source>Rows held back for measuring</source>
        <translation>Zum Messen zurückgehaltene Zeilen</translation>
    </message>
    <message>
        <source>Rows of the data</source>
        <translation>Zeilen der Daten</translation>
    </message>
    <message>
        <source>Sample: %1</source>
        <translation>Beispiel: %1</translation>
    </message>
    <message>
        <source>Token lengths</source>
        <translation>Tokenlängen</translation>
    </message>
    <message>
        <source>What the model will see</source>
        <translation>Was das Modell sehen wird</translation>
    </message>
    <message>
        <source>Which column holds what. Leave as found if unsure.</source>
        <translation>Welche Spalte was enthält. Im Zweifel so lassen wie erkannt.</translation>
    </message>
</context>
<context>
    <name>Device</name>
    <message>
        <source>%1 h</source>
        <translation>%1 h</translation>
    </message>
    <message>
        <source>%1 is there, but PyTorch cannot use it.</source>
        <translation>%1 ist da, aber PyTorch kann es nicht benutzen.</translation>
    </message>
    <message>
        <source>%1 is there, but the installed PyTorch is a build for the processor only.</source>
        <translation>%1 ist da, aber das installierte PyTorch ist nur für den Prozessor gebaut.</translation>
    </message>
    <message>
        <source>%1 min</source>
        <translation>%1 min</translation>
    </message>
    <message>
        <source>Install its build for CUDA (pip install --force-reinstall torch, with the index PyTorch names).</source>
        <translation>Die Ausgabe für CUDA installieren (pip install --force-reinstall torch, mit dem Index, den PyTorch nennt).</translation>
    </message>
    <message>
        <source>It can: the starter recipe takes about %1, the same with a 1B model about %2.</source>
        <translation>Er schafft es: das Startrezept in etwa %1, dasselbe mit einem 1B-Modell in etwa %2.</translation>
    </message>
    <message>
        <source>No usable graphics card: the processor does the work.</source>
        <translation>Keine nutzbare Grafikkarte: Der Prozessor macht die Arbeit.</translation>
    </message>
    <message>
        <source>PyTorch cannot start it; the driver may be too old</source>
        <translation>PyTorch kann es nicht starten; vielleicht ist der Treiber zu alt</translation>
    </message>
    <message>
        <source>PyTorch finds a GPU that NVIDIA&apos;s management library does not show.</source>
        <translation>PyTorch findet eine GPU, die NVIDIAs Verwaltungsbibliothek nicht zeigt.</translation>
    </message>
    <message>
        <source>PyTorch was built for CUDA %1, for which driver %2 may be too old: install a newer one.</source>
        <translation>PyTorch ist für CUDA %1 gebaut, wofür Treiber %2 zu alt sein kann: einen neueren installieren.</translation>
    </message>
    <message>
        <source>Results on it may be wrong. Use the processor, and install NVIDIA&apos;s newest driver.</source>
        <translation>Ergebnisse darauf können falsch sein. Den Prozessor benutzen und NVIDIAs neuesten Treiber installieren.</translation>
    </message>
    <message>
        <source>Runs use it, but plans and the memory shown are the processor&apos;s. Reinstalling the driver mends it.</source>
        <translation>Läufe benutzen sie, aber Planung und Speicheranzeige gelten für den Prozessor. Den Treiber neu zu installieren behebt das.</translation>
    </message>
    <message>
        <source>The check of %1 failed: %2.</source>
        <translation>Die Prüfung von %1 ist fehlgeschlagen: %2.</translation>
    </message>
    <message>
        <source>Until then the processor does the work.</source>
        <translation>Bis dahin macht der Prozessor die Arbeit.</translation>
    </message>
    <message>
        <source>the installed PyTorch is a build for the processor only</source>
        <translation>das installierte PyTorch ist nur für den Prozessor gebaut</translation>
    </message>
</context>
<context>
    <name>DifferenceModel</name>
    <message>
        <source>Setting</source>
        <translation>Einstellung</translation>
    </message>
</context>
<context>
    <name>Duration</name>
    <message>
        <source>{hours} h {minutes:02d} min</source>
        <translation>{hours} h {minutes:02d} min</translation>
    </message>
    <message>
        <source>{minutes} min</source>
        <translation>{minutes} min</translation>
    </message>
    <message>
        <source>{minutes} min {seconds:02d} s</source>
        <translation>{minutes} min {seconds:02d} s</translation>
    </message>
    <message>
        <source>{seconds} s</source>
        <translation>{seconds} s</translation>
    </message>
</context>
<context>
    <name>Engine</name>
    <message>
        <source>%1 %2 is using the device.</source>
        <extracomment>%1 is holder.name; %2 is holder.command.id</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 and %2 more</source>
        <extracomment>%1 is &apos;, &apos;.join(missing[:4]); %2 is len(missing) - 4</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 arrived damaged and is fetched again.</source>
        <extracomment>%1 is file.name</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 bits a weight, with a repair of the error.</source>
        <extracomment>%1 is lower</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 bits a weight; only 2, 3, 4 and 8 are known</source>
        <extracomment>%1 is words * _WORD / max(1, columns)</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 bits a weight; the model loses some quality.</source>
        <extracomment>%1 is lower</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 cannot be %2</source>
        <extracomment>%1 is key; %2 is _shown(value)</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 cannot be %2; it has to be %3.</source>
        <extracomment>%1 is name; %2 is value; %3 is rule</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 cannot be made: there is a file in its way.</source>
        <extracomment>%1 is self.path</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 cannot be read: %2</source>
        <extracomment>%1 is path; %2 is error</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 cannot be read: %2 (and %3 more lines).</source>
        <extracomment>%1 is broken[0].where; %2 is broken[0].reason; %3 is len(broken) - 1</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 cannot be read: %2.</source>
        <extracomment>%1 is path.name; %2 is str(error).splitlines()[0]</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 cannot be run block by block: it changes the hidden states between its blocks.</source>
        <extracomment>%1 is name</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 cannot be run block by block: its blocks take input of their own for each token.</source>
        <extracomment>%1 is name</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 cannot be run block by block: its last block returns something else than hidden states.</source>
        <extracomment>%1 is name</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 cannot be used: %2.</source>
        <extracomment>%1 is where; %2 is what</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 cannot be written: %2.</source>
        <extracomment>%1 is path; %2 is os.strerror(error.errno or 0)</extracomment>
        <translation>%1 kann nicht geschrieben werden: %2.</translation>
    </message>
    <message>
        <source>%1 cells where the header has %2</source>
        <extracomment>%1 is len(record); %2 is len(header)</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 could not be fetched: the hub was not reached.</source>
        <extracomment>%1 is repository</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 could not be opened: %2</source>
        <extracomment>%1 is repository; %2 is first</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 describes no plain LoRA adapter.</source>
        <extracomment>%1 is path</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 does not describe a packed model: %2.</source>
        <extracomment>%1 is where; %2 is why</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 does not exist on the hub, or it is private or gated and needs an access token.</source>
        <extracomment>%1 is repo</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 does not separate its head from its blocks, so it cannot be trained here.</source>
        <extracomment>%1 is type(causal).__name__</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 groups do not divide %2 inputs, and no group_size is stated</source>
        <extracomment>%1 is groups; %2 is columns</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 has %2 mistakes</source>
        <extracomment>%1 is where; %2 is len(mistakes)</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 has %2 tensors that %3 has no place for, e.g. %4.</source>
        <extracomment>%1 is path.name; %2 is len(unknown); %3 is family.architecture; %4 is unknown[0]</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 has %2 tokens, but a block needs %3.</source>
        <extracomment>%1 is name; %2 is len(ids); %3 is length</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 has an encoder and a decoder; only decoder-only models are handled so far.</source>
        <extracomment>%1 is spec.architecture or config.model_type</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 has broken JSON on line %2.</source>
        <extracomment>%1 is path.name; %2 is line</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 has broken JSON on line %2: %3.</source>
        <extracomment>%1 is self.path.name; %2 is line; %3 is what</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 has broken characters (half of a surrogate pair)</source>
        <extracomment>%1 is what</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 has no %2 and no %3.</source>
        <extracomment>%1 is folder; %2 is SINGLE; %3 is INDEX</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 has no config.json, so it is not a Hugging Face model folder.</source>
        <extracomment>%1 is path.parent</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 has no rows.</source>
        <extracomment>%1 is repository</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 has no usable row.</source>
        <extracomment>%1 is where</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 has no usable row. The first: %2 (%3).</source>
        <extracomment>%1 is where; %2 is refused[0].reason; %3 is refused[0].where</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 has one mistake</source>
        <extracomment>%1 is where</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 has parts that are not text</source>
        <extracomment>%1 is what</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 has several configurations: %2</source>
        <extracomment>%1 is repository; %2 is &apos; &apos;.join(text.split())[:400]</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 holds no safetensors weights.</source>
        <extracomment>%1 is info.repo</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 holds only GGUF files, e.g. %2.</source>
        <extracomment>%1 is info.repo; %2 is ggufs[0]</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 holds other tensors than pairs of lora_A and lora_B.</source>
        <extracomment>%1 is self.path</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 holds the architecture %2 which cannot be read from GGUF yet.</source>
        <extracomment>%1 is path.name; %2 is stated</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 holds the architecture %2, a mixture of experts, which cannot be read from GGUF yet.</source>
        <extracomment>%1 is path.name; %2 is stated</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is %2 in the file, but the configuration asks for %3.</source>
        <extracomment>%1 is name; %2 is list(tensor.shape); %3 is list(shape)</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is %2, not text</source>
        <extracomment>%1 is what; %2 is _kind(value)</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is a %2, which cannot be packed.</source>
        <extracomment>%1 is name; %2 is type(module).__name__</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is a program, not data; programs from the hub are not run.</source>
        <extracomment>%1 is repository</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is a section, not %2</source>
        <extracomment>%1 is path; %2 is values</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is already quantized with %2; its float weights are gone.</source>
        <extracomment>%1 is spec.source; %2 is spec.quantization</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is cut off: %2 bytes expected, %3 found.</source>
        <extracomment>%1 is where; %2 is expected; %3 is found</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is damaged: %2.</source>
        <extracomment>%1 is where; %2 is why</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is empty</source>
        <extracomment>%1 is column</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is empty.</source>
        <extracomment>%1 is path.name</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is gated: its authors give access only to those who accept their terms.</source>
        <extracomment>%1 is repo</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is neither a JSON array nor an object.</source>
        <extracomment>%1 is path.name</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is neither a Linear nor a Conv1D</source>
        <extracomment>%1 is kind</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is no UTF-8 text (byte %2).</source>
        <extracomment>%1 is path; %2 is error.start</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is no correction method of this version.</source>
        <extracomment>%1 is method</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is no device; it is auto, cuda or cpu.</source>
        <extracomment>%1 is command.device</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is no model source.</source>
        <extracomment>%1 is source</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is no name of a model on the hub.</source>
        <extracomment>%1 is repo</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is no packed model.</source>
        <extracomment>%1 is type(base).__name__</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is not TOML: %2</source>
        <extracomment>%1 is where; %2 is error</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is not UTF-8; it was read as %2, an old single-byte encoding.</source>
        <extracomment>%1 is named.name; %2 is encoding</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is not a kind of data file that can be read.</source>
        <extracomment>%1 is path.name</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is not a list of turns</source>
        <extracomment>%1 is column</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is not a name on the hub.</source>
        <extracomment>%1 is repository or &apos;nothing&apos;</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is not as this run wrote it; it is made again, with everything after it.</source>
        <extracomment>%1 is changed</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is not known</source>
        <extracomment>%1 is key</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is not something a column can be.</source>
        <extracomment>%1 is role</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is one JSON object of more than %2 MB.</source>
        <extracomment>%1 is path.name; %2 is LARGEST_OBJECT_BYTES &gt;&gt; 20</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is only open to those who accepted its terms.</source>
        <extracomment>%1 is repository</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is self, data or a text or jsonl file.</source>
        <extracomment>%1 is key</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is tied to %2, which is not packed</source>
        <extracomment>%1 is head; %2 is embedding</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 keeps %2 experts fused in one tensor, which no packed module replaces yet</source>
        <extracomment>%1 is kind; %2 is parameter.shape[0]</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 of %2 points are measured.</source>
        <extracomment>%1 is count; %2 is len(document.points)</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 of %2 rows have no token to learn and add nothing.</source>
        <extracomment>%1 is empty; %2 is len(rows)</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 of the model&apos;s tensors are in none of its files: %2.</source>
        <extracomment>%1 is len(missing); %2 is shown</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 rows are longer than %2 tokens and are cut.</source>
        <extracomment>%1 is rendered.too_long; %2 is settings.max_length</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 rows cannot be used: %2.</source>
        <extracomment>%1 is report.refused_count; %2 is named</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 rows do not fit the model&apos;s template or have nothing to learn: %2.</source>
        <extracomment>%1 is rendered.refused_count; %2 is named</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 sequences being written</source>
        <extracomment>%1 is rows</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 should be a short table of fp32 numbers</source>
        <extracomment>%1 is tensor.name</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 stays as it is: %2.</source>
        <extracomment>%1 is name; %2 is reason</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 stores %2 as %3, which cannot be decoded.</source>
        <extracomment>%1 is path.name; %2 is stored.name; %3 is stored.type</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 stretches its rotary frequencies in a way that config.json cannot say.</source>
        <extracomment>%1 is path.name</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 takes %2 bytes where its shape needs %3</source>
        <extracomment>%1 is name; %2 is end - begin; %3 is expected</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 was ended (%2).</source>
        <extracomment>%1 is task.name; %2 is error.mode</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1-bit copy to sample from</source>
        <extracomment>%1 is bits</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&apos;auto&apos; has not been turned into a number of bits yet.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>--set wants key=value, not %1</source>
        <extracomment>%1 is assignment</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A chat with %1 is open and holds the memory.</source>
        <extracomment>%1 is self._source</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A file or folder may not be read or written: %1</source>
        <extracomment>%1 is error</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A frontier needs at least one bit-width and one method.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A matrix cannot be stored at %1 bits.</source>
        <extracomment>%1 is bits</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A mean of %1 bits is below the smallest width, %2.</source>
        <extracomment>%1 is bits; %2 is min(chosen.values())</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A message by %1 cannot be answered; roles: %2.</source>
        <extracomment>%1 is turn.role; %2 is _ROLES</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A model folder needs tokenizer.json (or the files it is made of) beside its weights.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A model of type %1 does not write text token by token.</source>
        <extracomment>%1 is config.model_type</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A share is at least 0 and at most 0.5.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A stride of %1 leaves out tokens between windows of %2.</source>
        <extracomment>%1 is stride; %2 is context</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Accept the terms at %1 and enter an access token of your account, then try again.</source>
        <extracomment>%1 is page</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Accept the terms at %1 with the account whose token is saved, then try again.</source>
        <extracomment>%1 is page</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Accept them on its page, then enter an access token.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Adapters written by this program carry a %1; copy it along with the other files.</source>
        <extracomment>%1 is MARK_FILE</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add --resume to go on with it, or choose another folder.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>An adapter cannot be merged into packed weights: the sum is no longer on the grid of codes.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>An adapter of rank %1; it can learn less.</source>
        <extracomment>%1 is rank</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Another process is working in this run folder.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>By the estimate this run takes nearly all memory or disk space that is free.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>CUDA context</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Calibrate in a wider precision (bfloat16 or float32), or on other text.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancelled.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Change its permissions or choose another folder.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check data.source and the report of refused rows.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check special characters in the preview.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check that the file is complete and that you may read it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check the name; if %1 shows it to you, enter a token from %2/settings/tokens.</source>
        <extracomment>%1 is page; %2 is endpoint()</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check the network and try again; what was fetched before is used without it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check the order of the turns: mostly user and assistant have to alternate, the user first.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check the path, or download the model again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check the path.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check the spelling, or search for it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check the spelling; a private one needs an access token.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a file with rows in it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose another folder with --out or [output] dir.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose another folder, or make this one writable.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose another model.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose another model; the Llama, Qwen, Gemma, Mistral, Phi and GPT-2 families work.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose one: hub:%1#CONFIG.</source>
        <extracomment>%1 is repository</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose the original model that it was made from.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close other programs, or compare the other variants only.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close other programs, or take fewer quantize.samples, a smaller data.max_length or a smaller model.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close other programs; if it fails, it can be resumed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close the chat first.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Codes of the %1 codec cannot be trained.</source>
        <extracomment>%1 is codec.kind</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Command %1 is not running.</source>
        <extracomment>%1 is command.target</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Command %1 is still being answered.</source>
        <extracomment>%1 is command.id</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Connect to the internet and try again, or choose a model on this computer. What was fetched is kept.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Connect to the internet once, or choose a model on this computer with path: or gguf:.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy it whole from %1/settings/tokens; it starts with hf_ and needs the right to read.</source>
        <extracomment>%1 is endpoint()</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy or download the file again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy the folder again, or quantize the model again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Did you mean %1?</source>
        <extracomment>%1 is near[0]</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Did you mean %1? It can be %2.</source>
        <extracomment>%1 is close; %2 is listed</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Did you mean %1? Roles are %2.</source>
        <extracomment>%1 is near[0]; %2 is _listed(ROLES)</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Did you mean %1? The columns are %2.</source>
        <extracomment>%1 is nearest; %2 is _listed(names)</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Did you mean %1? Valid: starter, hub:ORG/NAME, path:DIR, gguf:FILE.</source>
        <extracomment>%1 is _nearest_form(text)</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Done.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Download one and choose it with gguf:FILE, or take the original model.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Download the model&apos;s weights in safetensors format into this folder.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Embedding and head at 4 bits; a slight loss.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Embedding and head at 8 bits; hardly noticeable.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Examples of at most %1 tokens; longer rows are cut or refused.</source>
        <extracomment>%1 is length</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Export the model as merged 16-bit weights, or as a packed base with its adapter beside it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Fetch it once with: lowbit starter</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Fetch the model again, or name the matrix in quantize.skip.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Fetch the model again; if it stays so, its layout (for example separate experts) is not supported.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>For a GGUF file write gguf:%1.</source>
        <extracomment>%1 is folder</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>For example --set quantize.bits=3.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Free some disk space, or set a lower correct.tokens.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Free some disk space, take fewer calibration samples, or choose another folder for the run.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Free some space or choose a folder on another disk, then start again; finished parts are kept.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Free some space, or choose a folder on another disk with --out or [output] dir.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Free some space, or choose another folder, and go on with --resume: what was saved is still good.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>GGUF version %1 (this program reads 2 and 3, little-endian)</source>
        <extracomment>%1 is version</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Give a recipe to start one.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Give the settings it was started with, or another folder with --out.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Go on with it: lowbit run --resume.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>HF_HUB_OFFLINE is set</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It can be %1.</source>
        <extracomment>%1 is &apos;, &apos;.join(BUILT_METHODS)</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It can be resumed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It has: %1; or write all.</source>
        <extracomment>%1 is &apos;, &apos;.join(sorted(found))</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It is %1.</source>
        <extracomment>%1 is _WORDS[hint]</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It is 2, 3, 4, 8, a number between 2 and 4, or auto.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It is a list, such as [&quot;q_proj&quot;].</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It is a table of %1, such as { down_proj = 16 }.</source>
        <extracomment>%1 is &apos;texts&apos; if texts else &apos;numbers&apos;</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It is a table of %1, such as { prompt = &quot;question&quot; }.</source>
        <extracomment>%1 is &apos;texts&apos; if texts else &apos;numbers&apos;</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It is at least %1 and at most %2.</source>
        <extracomment>%1 is bounds.least; %2 is bounds.greatest</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It is at least %1.</source>
        <extracomment>%1 is bounds.least</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It is at most %1.</source>
        <extracomment>%1 is bounds.greatest</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It is starter, hub:ORG/NAME, path:DIR or gguf:FILE.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It was made by another version or edited; choose another folder.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Its adapter_config.json and adapter_model.safetensors do not belong together; copy the folder again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Its blocks hold neither Linear nor Conv1D modules.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Known here: %1.</source>
        <extracomment>%1 is &apos;, &apos;.join(names)</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Known kinds: %1.</source>
        <extracomment>%1 is known</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Known kinds: jsonl, json, csv, tsv, parquet, arrow, txt.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Leave it in 16 bits: add its name to quantize.skip.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Leave it out.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Load it with lowbit_core.packed.load_model, or quantize it first.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Load the model it was trained on; an adapter repairs the errors of exactly one quantization.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>LoftQ&apos;s initial adapters are LoRA; a tuned adapter of another kind cannot be taken as the repair.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>LoftQ&apos;s initial adapters hold nothing else.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Look at the rows in the preview, and check format and columns.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Look at them in the preview, or with `lowbit inspect` of the data.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Look for a version of it with parquet or jsonl files.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Make a new one at %1/settings/tokens and enter it, or forget the old one.</source>
        <extracomment>%1 is endpoint()</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Measured on %1, which came with the data, instead of a share of the rows.</source>
        <extracomment>%1 is names</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Mend or delete the line; the file may have been cut off while it was copied.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Mend the line, or write one object a line (jsonl).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Mend the line, or write one object a line (jsonl): then a bad row is left out instead.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Models that bring their own code cannot be opened; take one with a class in transformers.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name a text file in %1, or set data.source and %2 = &quot;data&quot;.</source>
        <extracomment>%1 is key; %2 is key</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name it in the recipe, e.g. columns = { %1 = &quot;%2&quot; }.</source>
        <extracomment>%1 is absent[0]; %2 is names[0] if names else &apos;...&apos;</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Names look like ORG/NAME.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No adapter called %1 is loaded; loaded: %2.</source>
        <extracomment>%1 is name; %2 is loaded</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No better validation loss in %1 measurements; the state of step %2 is kept.</source>
        <extracomment>%1 is best.waited; %2 is best.best_step</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No list of %1 decoder layers was found in %2.</source>
        <extracomment>%1 is layers; %2 is type(model).__name__</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No matrix of %1 can be quantized.</source>
        <extracomment>%1 is type(stream.model).__name__</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No matrix of this model is called %1.</source>
        <extracomment>%1 is &apos;, &apos;.join(unknown)</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No model is open for chatting.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No point could be measured. %1</source>
        <extracomment>%1 is &apos; &apos;.join(reasons)</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No row has a token to learn from: %1 (%2).</source>
        <extracomment>%1 is first.reason; %2 is first.where</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No tokenizer could be read from %1: %2</source>
        <extracomment>%1 is spec.folder; %2 is error</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>None of the %1 rows has a token to learn: every label is masked.</source>
        <extracomment>%1 is len(rows)</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Often their answers lie beyond data.max_length.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>One hidden state a block is kept instead of everything; a third slower.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>One sequence on the device at a time; the steps stay the same.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Only a solver that needs no calibration text (nearest, search) can quantize it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open one first.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Paused; everything is saved.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Point to the folder that holds config.json and the .safetensors files.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Quantize the model again, or use the version of the program that wrote the folder.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Raise data.max_length, or learn from more with data.loss_on.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Resume with the recipe the run was started with, or start a new run.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Resume with the recipe, data and number of processes the run was started with.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Resume without changes, or start a new run.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Roles are %1.</source>
        <extracomment>%1 is _listed(ROLES)</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Run it in another precision (bf16 or fp32).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Run it in another precision (fp32), or quantize it with more bits.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Samples that come with the program: %1.</source>
        <extracomment>%1 is known</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save it as UTF-8 and try again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Say which column is which: columns = { prompt = &quot;...&quot;, completion = &quot;...&quot; } or { text = &quot;...&quot; }.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>See %1.</source>
        <extracomment>%1 is page</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Set a longer max_length.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Set adapter = &quot;stack&quot; or &quot;fresh&quot;.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Set correct.method = &quot;activation&quot; to begin from a repaired model.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Training the whole model takes %1 GB; its blocks are trained one by one.</source>
        <extracomment>%1 is needed / 1000000000.0</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Set data.loss_on = &quot;all&quot;, or give the tokenizer another chat template.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 cannot be packed as LoftQ left it: it is stored as %2.</source>
        <extracomment>%1 is name; %2 is str(values.dtype).removeprefix(&apos;torch.&apos;)</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 cannot be packed as LoftQ left it: its rows of %2 do not divide into blocks of %3.</source>
        <extracomment>%1 is name; %2 is columns; %3 is LOFTQ_BLOCK</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 cannot be packed as LoftQ left it: its values are on neither the 2-bit nor the 4-bit NormalFloat grid.</source>
        <extracomment>%1 is name</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Set data.loss_on = &quot;all&quot;, raise data.max_length, or check that the rows have answers.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Set data.source to a file or folder.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Set data.source, or %1 = &quot;self&quot;.</source>
        <extracomment>%1 is key</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Set device = &quot;auto&quot; or &quot;cpu&quot;, or install torch&apos;s CUDA build and NVIDIA&apos;s driver.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Set eos_token in tokenizer_config.json; without one a tuned model never stops.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Set optimizer = &quot;auto&quot;.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Set quantize.codec = &quot;integer&quot;, or take correct.method = &quot;lrec&quot;.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Set quantize.codes = &quot;new&quot; to quantize its values again, or choose the original model.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Set quantize.codes = &quot;new&quot; to quantize the model again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Set tune.adapter = &quot;stack&quot; or &quot;fresh&quot;, or tune.dora = false.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Shorten the last message or the system prompt.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Start a new conversation to begin afresh.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stopped; what was made so far can be used.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Take %1.</source>
        <extracomment>%1 is &apos;, &apos;.join(BUILT_METHODS)</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Take 2, 3, 4 or 8, or a fraction between 2 and 4.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Take 8, 4, or any number from 2 to 4.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Take a causal language model (decoder only).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Take a causal language model such as Llama, Qwen, Gemma, Mistral or Phi.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Take a longer text, or shorter blocks (quantize.length).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Take a smaller data.max_length or tune.batch, turn tune.checkpointing on, or set device = &quot;cpu&quot;.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Take a smaller data.max_length, tune.batch, quantize.samples or model, or close other programs.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Take a smaller data.max_length, turn tune.checkpointing and tune.offload on, or use fewer bits; close other programs that use the card.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Take a stride of at most the context, or 0 for windows that do not overlap.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Take a version with .safetensors files; many authors keep one on another branch or convert on request.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Take another conversion of the model, e.g. Q8_0, or its safetensors version.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Take another conversion of the model, or its safetensors version from the hub.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Take at most %1.</source>
        <extracomment>%1 is longest</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Take fewer bits, another method or a smaller model.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Take integer or normal-float.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Texts want quotes, sections [brackets].</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The %1 became %2 at step %3 (learning rate %4).</source>
        <extracomment>%1 is what; %2 is value; %3 is step; %4 is rate</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The GPTQ matrix %1 cannot be taken over: %2.</source>
        <extracomment>%1 is module; %2 is why</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The adapter %1 does not fit the model: %2 tensors are missing, unknown or of another shape (%3).</source>
        <extracomment>%1 is folder; %2 is len(wrong); %3 is shown</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The adapter %1 does not say which packed model it belongs to.</source>
        <extracomment>%1 is folder</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The adapter %1 has a term for %2, which the base has no weight for.</source>
        <extracomment>%1 is self.adapter.path; %2 is lost[0]</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The adapter %1 was made for another packed model: it names base %2, this one is %3.</source>
        <extracomment>%1 is folder; %2 is adapter_base[:12]; %3 is manifest.base_sha256[:12]</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The adapter and the base do not belong together; fetch the folder again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The calibration statistics of this matrix are not those of any text (not positive definite).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The calibration text drives this matrix&apos;s inputs to infinity or NaN.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The codec %1 is not built yet.</source>
        <extracomment>%1 is settings.codec</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The codes are of another model: no name of a matrix fits.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The codes of %1 are %2, the model&apos;s matrix is %3.</source>
        <extracomment>%1 is linear.name; %2 is list(found.codes.shape); %3 is [linear.out_features, linear.in_features]</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The columns are %1.</source>
        <extracomment>%1 is _listed(names)</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The computer&apos;s memory is full.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The conversation no longer fits the model&apos;s %1 tokens; it does not see the first %2 messages.</source>
        <extracomment>%1 is self._window; %2 is dropped</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The correction %1 is not built yet.</source>
        <extracomment>%1 is settings.method</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The disk is full.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The disk of %1 is full: %2 GB are free, %3 GB are needed.</source>
        <extracomment>%1 is path; %2 is free / 1000000000.0; %3 is needed_bytes / 1000000000.0</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The disk of %1 is full: %2 GB are free.</source>
        <extracomment>%1 is path; %2 is free / 1000000000.0</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The downloaded package %1 does not hold the starter model as it should.</source>
        <extracomment>%1 is PACKAGE</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The file and config.json do not belong together; fetch the model again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The file is damaged or not complete; download or write it again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The float model does not fit the free memory; the text is sampled from a %1-bit copy.</source>
        <extracomment>%1 is bits</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The float model does not fit; text is sampled from a %1-bit copy, or your data is used.</source>
        <extracomment>%1 is bits</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The float model is streamed once; its hidden states take %1 MB on disk.</source>
        <extracomment>%1 is size / 1000000.0</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The float model needs %1 GB of memory at least, and %2 GB are free.</source>
        <extracomment>%1 is need / 1000000000.0; %2 is have / 1000000000.0</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The folder %1 has no data files.</source>
        <extracomment>%1 is path.name</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The folder&apos;s weights are laid out as version %1; this program reads version %2.</source>
        <extracomment>%1 is version; %2 is LAYOUT_VERSION</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The format %1 needs %2, but no column for %3 was found among %4.</source>
        <extracomment>%1 is chosen; %2 is _listed(needed); %3 is _listed(absent); %4 is _listed(names)</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The frontier cannot be read: %1</source>
        <extracomment>%1 is error</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The graphics card&apos;s memory is full.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The hidden states behind %1 finished blocks are gone; they are worked out again.</source>
        <extracomment>%1 is begin</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The hidden states between blocks wait in RAM; a little slower.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The hidden states of the calibration text (%1 MB) could not be kept on disk: %2.</source>
        <extracomment>%1 is size / 1000000.0; %2 is error</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The hub at %1 cannot be reached: %2.</source>
        <extracomment>%1 is endpoint(); %2 is why</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The hub cannot be reached; the copy of %1 on this computer is used.</source>
        <extracomment>%1 is repo</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The hub does not accept the saved access token; it is expired, revoked or mistyped.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The hub does not accept this access token.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The hub refused to give %1 (status %2).</source>
        <extracomment>%1 is repo; %2 is status</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The last checkpoint is kept. Start again with a lower learning rate, or with precision bf16 or fp32.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The layout of the rows is not known: the columns are %1.</source>
        <extracomment>%1 is _listed(names)</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The line is no command: %1.</source>
        <extracomment>%1 is error</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The logits of %1 cannot be rebuilt from its last hidden state (off by %2).</source>
        <extracomment>%1 is type(causal).__name__; %2 is worst</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The matrix holds NaN or infinity and cannot be quantized.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The messages are no JSON list of role and content: %1</source>
        <extracomment>%1 is error</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The model computed no numbers (NaN), so its perplexity cannot be measured.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The model computed no numbers (NaN), so no text can be sampled from it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The model computed no numbers (NaN), so no token can be chosen.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The model does not fit the free memory (%1 GB) even at 4 bits, so no text can be sampled from it.</source>
        <extracomment>%1 is free / 1000000000.0</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The model is too large to sample text from; the text is taken from your data.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The model sees %1 tokens; perplexity is measured in windows of that length.</source>
        <extracomment>%1 is longest</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The model&apos;s chat template takes none of the %1 rows: %2 (%3).</source>
        <extracomment>%1 is report.examples; %2 is first.reason; %3 is first.where</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The optimizer %1 needs an NVIDIA GPU and the package bitsandbytes.</source>
        <extracomment>%1 is name</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The prompt has %1 tokens; the model can see %2, the answer included.</source>
        <extracomment>%1 is tokens; %2 is window</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The quantized model will fit your data better than other text.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The recipe asks for a GPU, but the installed torch is built for the CPU only.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The recipe asks for a GPU, but torch finds none.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The recipe names no data.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The repair&apos;s adapter is a plain low-rank term and cannot be trained on as a DoRA adapter.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The run ended without a reason.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The run in this folder was started with another recipe; different: %1.</source>
        <extracomment>%1 is _differences(recipe, saved)</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The run needs about %1 GB of %2, but %3 GB are free.</source>
        <extracomment>%1 is need / 1000000000.0; %2 is name; %3 is free / 1000000000.0</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The run was made by another version or the file was edited; start a new run.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The run&apos;s state cannot be read: %1</source>
        <extracomment>%1 is error</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The saved run had another %1.</source>
        <extracomment>%1 is &apos;, &apos;.join(other)</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The saved state does not fit this model: %1 is not there or has another shape.</source>
        <extracomment>%1 is named</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The solver gptq needs calibration text.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The starter model came neither as a Python package (%1) nor from the hub (%2)</source>
        <extracomment>%1 is why_not_pip; %2 is error.message</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The starter model is not on this computer yet, and the hub cannot be asked about it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The teacher&apos;s hidden states take %1 GB; %2 GB are free.</source>
        <extracomment>%1 is size / 1000000000.0; %2 is free / 1000000000.0</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The text has %1 tokens; nothing in it can be predicted.</source>
        <extracomment>%1 is tokens</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The text shall come from the data, but the recipe has none.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The token embedding (%1 MB) lies in the computer&apos;s RAM while training.</source>
        <extracomment>%1 is size_bytes / 1000000.0</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The token embedding (%1 MB) lies in the computer&apos;s RAM while training. Hidden states between blocks wait there, too.</source>
        <extracomment>%1 is size_bytes / 1000000.0</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The token embedding stays on the GPU: the output head reads the same numbers.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The tokenizer has neither a chat template nor an end-of-text token.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The tokenizer joins the end of a prompt with the beginning of the answer, and does not give the text back when they are kept apart.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The weights in %1 are not those it was written with: base %2, not %3.</source>
        <extracomment>%1 is folder; %2 is found[:12]; %3 is manifest.base_sha256[:12]</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The weights of %1 are only there as a pickle (%2); loading one runs whatever code it carries.</source>
        <extracomment>%1 is where; %2 is name</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The work is done by the processor in RAM; much slower.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There are no rows to learn from.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There are no rows to show.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no %1 at revision %2 on the hub.</source>
        <extracomment>%1 is repo; %2 is revision</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no %1 on the hub.</source>
        <extracomment>%1 is repo</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no column %1 (mapped to %2).</source>
        <extracomment>%1 is column; %2 is role</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no data set %1 on the hub, or it is private.</source>
        <extracomment>%1 is repository</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no file %1.</source>
        <extracomment>%1 is path</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no file or folder %1.</source>
        <extracomment>%1 is path</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no folder %1.</source>
        <extracomment>%1 is folder</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no message to answer.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no mixture for %1 bits.</source>
        <extracomment>%1 is bits</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no repair to train on; the adapter starts fresh.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no row to train on.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no run in this folder.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no running job to %1.</source>
        <extracomment>%1 is mode</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no sample %1.</source>
        <extracomment>%1 is name</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no text %1.</source>
        <extracomment>%1 is path</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is only one usable row, so none is held back to measure on.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This architecture cannot be quantized block by block.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This folder already holds a run.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This folder holds a frontier of %1, not of %2.</source>
        <extracomment>%1 is earlier.model; %2 is spec.source</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This folder holds a frontier whose %1 was made by another recipe.</source>
        <extracomment>%1 is point.name</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This is a bug. The log has the details; the run can be resumed with --resume.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This is a bug; the details are in the worker&apos;s output.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This model cannot answer as %1; it can as %2.</source>
        <extracomment>%1 is name; %2 is &apos;, &apos;.join(self._adapters)</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This model cannot answer as %1; it can as float.</source>
        <extracomment>%1 is variant</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This model cannot be trained here yet; quantizing and chatting work.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This model has no chat template; it continues the text as it is.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This model knows no system prompt; it is put before the first message.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This run has no quantized model yet.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This version of transformers does not know models of type %1.</source>
        <extracomment>%1 is model_type</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Try again; if it stays so, use another model, e.g. hub:HuggingFaceTB/SmolLM2-135M-Instruct.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Unexpected %1: %2</source>
        <extracomment>%1 is type(error).__name__; %2 is error</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use more calibration samples, or the solver &apos;search&apos;.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use solver = &apos;search&apos;.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use the model&apos;s safetensors version.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use the model&apos;s safetensors version. From GGUF: %1.</source>
        <extracomment>%1 is &apos;, &apos;.join(sorted(FAMILIES))</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use the model&apos;s safetensors version. From GGUF: %1. Nearest: %2.</source>
        <extracomment>%1 is &apos;, &apos;.join(sorted(FAMILIES)); %2 is nearest(stated, FAMILIES)</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Wait for it or end it, then try again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Wait for it, or pause or cancel it first.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What the model should learn cannot be told from its chat template: the prompt for an answer is not the beginning of the conversation with it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What the model should learn cannot be told from its chat template: the template changes the words of an answer.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Windows of %1 tokens are longer than the %2 the model was made for.</source>
        <extracomment>%1 is context; %2 is longest</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Windows would leave text out.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Write a list of rows, or one object a line (jsonl).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Write hub:ORG/NAME, or hub:ORG/NAME#CONFIG for one of several configurations.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Write it as [%1].</source>
        <extracomment>%1 is path</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Write it as a list of rows or as jsonl; both are read piece by piece.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Write one first.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>a GGUF file starts with GGUF, this one with %1</source>
        <extracomment>%1 is magic</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>a list</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>a number</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>a removed key</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>a repair&apos;s adapter cannot be continued as DoRA</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>a scale is no 16-bit float</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>a text</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>a turn has no role and content</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>a whole number</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>a zero point is %1, beyond the %2-bit codes; it was written by a tool that stores a zero point of 0 as -1 and overwrites its neighbours</source>
        <extracomment>%1 is int(zeros.max()); %2 is bits</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>activations</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>activations of all blocks</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>activations of the prompt</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>adapter and checkpoints</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>adapters</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>an object</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>an object was expected, not %1</source>
        <extracomment>%1 is type(value).__name__</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>broken JSON: %1</source>
        <extracomment>%1 is error</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>broken quoting: %1</source>
        <extracomment>%1 is error</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>cache of %1 tokens</source>
        <extracomment>%1 is window</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>calibration text</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>calibration text in a block</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>data.validation cannot be %1</source>
        <extracomment>%1 is validation</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>disk space</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>embedding</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>evaluate.stride is longer than evaluate.context</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>float model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>float model (teacher)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>float model&apos;s head, to compare with</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>float model&apos;s last hidden states</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>graphics memory</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>groups of %1 weights; 32, 64, whole rows and multiples of 128 fit</source>
        <extracomment>%1 is size</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>head and loss, chunk by chunk</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>hidden states between blocks</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>hidden states between blocks, moved to RAM</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>hidden states of the calibration text</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>history has an empty turn</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>history is not a list of [question, answer]</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>input statistics</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it claims %1 %2 in %3 bytes</source>
        <extracomment>%1 is count; %2 is what; %3 is self.size</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it has %1 bytes where its header describes %2</source>
        <extracomment>%1 is size; %2 is end</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it has no g_idx, and no %1 states its bits</source>
        <extracomment>%1 is _SETTINGS</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it has no quantization_config of the method %1</source>
        <extracomment>%1 is QUANT_METHOD</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it is a folder, not a GGUF file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it is no table</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it is not JSON</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it is not JSON (%1)</source>
        <extracomment>%1 is error</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it is not a table of tensors and files</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it names files outside its folder, or none</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it names no model_type</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>its alignment %1 is no power of two</source>
        <extracomment>%1 is alignment</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>its compute capability is %1.%2; %3 (Turing, 2018) is needed</source>
        <extracomment>%1 is major; %2 is minor; %3 is oldest</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>its driver is not installed or does not answer; install NVIDIA&apos;s driver and start again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>its g_idx makes groups of other sizes than %1</source>
        <extracomment>%1 is size or columns</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>its g_idx names groups other than its %1</source>
        <extracomment>%1 is matrix.groups</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>its hash is not the one that the hub states, twice in a row</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>its header claims %1 bytes, more than the format allows</source>
        <extracomment>%1 is length</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>its header is not JSON</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>its header is not a table of tensors</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>its header lacks %1</source>
        <extracomment>%1 is &apos;, &apos;.join(missing)</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>its quantization_config cannot be read (%1)</source>
        <extracomment>%1 is error</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>its qzeros or scales are missing or have other dimensions</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>latent weights, gradients, moments</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>logits, chunk by chunk</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>model.source cannot be %1</source>
        <extracomment>%1 is source</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>no token of it is learned</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>none …</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>norms and the like</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>nothing to learn is left after cutting it to the greatest length</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>one block recomputed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>one block&apos;s activations</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>one dequantized tile</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>one float block</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>one of %1 parts of a split file (join them first)</source>
        <extracomment>%1 is metadata[_SHARED]</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>only NVIDIA GPUs are used so far; the work is done by the processor</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>optimizer (%1)</source>
        <extracomment>%1 is optimizer</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>output head</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>packed model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>packed weights</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>packing wants data.max_length of at least 32</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>pip ended with %1</source>
        <extracomment>%1 is process.returncode</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>pip is not available</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>quantize.bits cannot be %1</source>
        <extracomment>%1 is bits</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>quantize.codes must name a quantized version of model.source.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>qweight %1 and qzeros %2 do not fit together</source>
        <extracomment>%1 is [words, rows]; %2 is [zero_groups, zero_words]</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>repair adapter</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>rows of %1 (%2) are no multiple of %3&apos;s %4</source>
        <extracomment>%1 is name; %2 is shape[-1]; %3 is kind.name; %4 is block</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>solving the widest matrix</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>symmetric is for the integer codec</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>teacher&apos;s last hidden states</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>tensor %1 of unknown type %2</source>
        <extracomment>%1 is name; %2 is code</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>tensors on their way to disk</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the %1 codec is not built yet</source>
        <extracomment>%1 is recipe.quantize.codec</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the block&apos;s forward never calls it as a module</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the conversation has no answer by the assistant</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the data of %1 starts at byte %2, not at %3</source>
        <extracomment>%1 is tensor.name; %2 is tensor.offset; %3 is end</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the driver says: %1</source>
        <extracomment>%1 is error</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the entry of %1 has dtype %2 and shape %3</source>
        <extracomment>%1 is name; %2 is dtype; %3 is shape</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the entry of %1 is incomplete</source>
        <extracomment>%1 is name</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the line is not readable text (wrong encoding)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the line is not readable text (wrong encoding) or longer than 64 MB</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the model has no module %1</source>
        <extracomment>%1 is name</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the process itself</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the recipe with --set</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the row is empty</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the text</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the token</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>their gradients</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>there are no codes for it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>true or false</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>turn %1</source>
        <extracomment>%1 is number</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>turn %1 (%2) is empty</source>
        <extracomment>%1 is number; %2 is role</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>turn %1 has the unknown role %2</source>
        <extracomment>%1 is number; %2 is name</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>turn %1 uses tools, which are not supported</source>
        <extracomment>%1 is number</extracomment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>unknown value type %1 at byte %2</source>
        <extracomment>%1 is kind; %2 is self.position</extracomment>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>EngineWords</name>
    <message>
        <source> Or: </source>
        <translation> Oder: </translation>
    </message>
</context>
<context>
    <name>Export</name>
    <message>
        <source>Choose another folder.</source>
        <translation>Einen anderen Ordner wählen.</translation>
    </message>
    <message>
        <source>Save as</source>
        <translation>Speichern unter</translation>
    </message>
    <message>
        <source>{path} could not be written.</source>
        <translation>{path} konnte nicht geschrieben werden.</translation>
    </message>
</context>
<context>
    <name>FitPanel</name>
    <message>
        <source>Apply</source>
        <translation>Anwenden</translation>
    </message>
    <message>
        <source>Apply: %1</source>
        <translation>Anwenden: %1</translation>
    </message>
    <message>
        <source>Check first</source>
        <translation>Erst prüfen</translation>
    </message>
    <message>
        <source>Does it fit?</source>
        <translation>Passt es?</translation>
    </message>
    <message>
        <source>Memory by use</source>
        <translation>Speicher nach Verwendung</translation>
    </message>
    <message>
        <source>One measured step at the longest length, before anything is downloaded</source>
        <translation>Ein gemessener Schritt bei der größten Länge, bevor etwas heruntergeladen wird</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>Starten</translation>
    </message>
    <message>
        <source>Stop the check</source>
        <translation>Prüfung anhalten</translation>
    </message>
    <message>
        <source>What the run needs</source>
        <translation>Was der Lauf braucht</translation>
    </message>
</context>
<context>
    <name>FitStep</name>
    <message>
        <source>%1 of %2 free</source>
        <translation>%1 von %2 frei</translation>
    </message>
    <message>
        <source>A run is going on. Pause or stop it to start another.</source>
        <translation>Ein Lauf ist im Gang. Für einen neuen erst pausieren oder anhalten.</translation>
    </message>
    <message>
        <source>Apply a suggestion</source>
        <translation>Vorschlag anwenden</translation>
    </message>
    <message>
        <source>Bits a weight</source>
        <translation>Bits je Gewicht</translation>
    </message>
    <message>
        <source>Checking: one step at the longest length…</source>
        <translation>Prüfung: ein Schritt bei der größten Länge…</translation>
    </message>
    <message>
        <source>Choose a model to see what it needs.</source>
        <translation>Ein Modell wählen, um den Bedarf zu sehen.</translation>
    </message>
    <message>
        <source>Disk</source>
        <translation>Platte</translation>
    </message>
    <message>
        <source>Does not fit</source>
        <translation>Passt nicht</translation>
    </message>
    <message>
        <source>Everything stored for the quantized matrices, scales and repair included.</source>
        <translation>Alles, was für die quantisierten Matrizen gespeichert wird, mit Skalen und Reparatur.</translation>
    </message>
    <message>
        <source>Finished model</source>
        <translation>Fertiges Modell</translation>
    </message>
    <message>
        <source>First choose a model.</source>
        <translation>Zuerst ein Modell wählen.</translation>
    </message>
    <message>
        <source>First mend what is listed above.</source>
        <translation>Zuerst beheben, was oben steht.</translation>
    </message>
    <message>
        <source>Fits</source>
        <translation>Passt</translation>
    </message>
    <message>
        <source>From the speed measured on this computer.</source>
        <translation>Aus der auf diesem Computer gemessenen Geschwindigkeit.</translation>
    </message>
    <message>
        <source>It does not fit as it is.</source>
        <translation>So passt es nicht.</translation>
    </message>
    <message>
        <source>Measured: %1 at the worst, %2 free.</source>
        <translation>Gemessen: höchstens %1, frei %2.</translation>
    </message>
    <message>
        <source>Needs %1 of %2 free %3, most of it at: %4</source>
        <translation>Braucht %1 von %2 freiem %3, am meisten bei: %4</translation>
    </message>
    <message>
        <source>RAM</source>
        <translation>Arbeitsspeicher</translation>
    </message>
    <message>
        <source>Tight</source>
        <translation>Knapp</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>Zeit</translation>
    </message>
    <message>
        <source>With embeddings, head and adapters: %1 bits a parameter.</source>
        <translation>Mit Embeddings, Ausgabekopf und Adaptern: %1 Bits je Parameter.</translation>
    </message>
    <message>
        <source>about %1, an estimate</source>
        <translation>etwa %1, geschätzt</translation>
    </message>
    <message>
        <source>everything else</source>
        <translation>alles andere</translation>
    </message>
    <message>
        <source>graphics memory</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>memory</source>
        <translation>Arbeitsspeicher</translation>
    </message>
    <message>
        <source>off</source>
        <translation>aus</translation>
    </message>
    <message>
        <source>on</source>
        <translation>an</translation>
    </message>
</context>
<context>
    <name>FrontierPlot</name>
    <message>
        <source>Bits a weight</source>
        <translation>Bits je Gewicht</translation>
    </message>
    <message>
        <source>Finished runs appear here: quality upwards, size to the right.</source>
        <translation>Hier erscheinen fertige Läufe: Qualität nach oben, Größe nach rechts.</translation>
    </message>
    <message>
        <source>Model and text that are compared</source>
        <translation>Modell und Text, die verglichen werden</translation>
    </message>
    <message>
        <source>Perplexity</source>
        <translation>Perplexität</translation>
    </message>
    <message>
        <source>Perplexity against size</source>
        <translation>Perplexität gegen Größe</translation>
    </message>
    <message>
        <source>Run</source>
        <translation>Lauf</translation>
    </message>
    <message>
        <source>Size of the model</source>
        <translation>Größe des Modells</translation>
    </message>
    <message>
        <source>What stands to the right</source>
        <translation>Was nach rechts steht</translation>
    </message>
    <message>
        <source>float model</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Histogram</name>
    <message>
        <source>%1 tokens</source>
        <translation>%1 Tokens</translation>
    </message>
</context>
<context>
    <name>JobController</name>
    <message>
        <source>Nothing saved is lost: the run can go on from its last save.</source>
        <translation>Gespeichertes geht nicht verloren: Der Lauf kann von der letzten Sicherung an weitergehen.</translation>
    </message>
    <message>
        <source>Often the memory was full. Nothing saved is lost: the run can go on from its last save.</source>
        <translation>Oft war der Speicher voll. Gespeichertes geht nicht verloren: Der Lauf kann von der letzten Sicherung an weitergehen.</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>The run&apos;s process crashed (signal %1).</source>
        <translation>Der Prozess des Laufs ist abgestürzt (Signal %1).</translation>
    </message>
    <message>
        <source>The run&apos;s process ended too early (code %1).</source>
        <translation>Der Prozess des Laufs hat zu früh geendet (Code %1).</translation>
    </message>
    <message>
        <source>The run&apos;s process was killed by the system or by another program.</source>
        <translation>Der Prozess des Laufs wurde vom System oder von einem anderen Programm beendet.</translation>
    </message>
</context>
<context>
    <name>LayerMap</name>
    <message>
        <source>After</source>
        <translation>Nachher</translation>
    </message>
    <message>
        <source>As quantized</source>
        <translation>Wie quantisiert</translation>
    </message>
    <message>
        <source>Before</source>
        <translation>Vorher</translation>
    </message>
    <message>
        <source>Bits</source>
        <translation>Bits</translation>
    </message>
    <message>
        <source>Bits stored for each weight, scales and adapters counted</source>
        <translation>Gespeicherte Bits je Gewicht, Skalen und Adapter mitgezählt</translation>
    </message>
    <message>
        <source>Error</source>
        <translation>Fehler</translation>
    </message>
    <message>
        <source>Layer map: matrices by blocks</source>
        <translation>Schichtkarte: Matrizen nach Blöcken</translation>
    </message>
    <message>
        <source>Noise of the quantized matrix against its signal, in decibels; lower is better</source>
        <translation>Rauschen der quantisierten Matrix gegen ihr Signal, in Dezibel; kleiner ist besser</translation>
    </message>
    <message>
        <source>The map fills as the matrices are quantized.</source>
        <translation>Die Karte füllt sich, während die Matrizen quantisiert werden.</translation>
    </message>
    <message>
        <source>With the repair</source>
        <translation>Mit der Reparatur</translation>
    </message>
    <message>
        <source>bits</source>
        <translation>Bits</translation>
    </message>
</context>
<context>
    <name>LayersModel</name>
    <message>
        <source>Block {block}, {matrix}</source>
        <translation>Block {block}, {matrix}</translation>
    </message>
    <message>
        <source>not quantized yet</source>
        <translation>noch nicht quantisiert</translation>
    </message>
    <message>
        <source>quantized</source>
        <translation>quantisiert</translation>
    </message>
    <message>
        <source>repaired</source>
        <translation>repariert</translation>
    </message>
    <message>
        <source>{name}: error {error} dB at {bits} bits</source>
        <translation>{name}: Fehler {error} dB bei {bits} Bits</translation>
    </message>
    <message>
        <source>{seconds} s</source>
        <translation>{seconds} s</translation>
    </message>
</context>
<context>
    <name>LogModel</name>
    <message>
        <source>Time</source>
        <translation>Zeit</translation>
    </message>
    <message>
        <source>What happened</source>
        <translation>Was geschah</translation>
    </message>
</context>
<context>
    <name>LogView</name>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Copy the whole log</source>
        <translation>Ganzes Protokoll kopieren</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>Protokoll</translation>
    </message>
</context>
<context>
    <name>LossPlot</name>
    <message>
        <source>Loss</source>
        <translation>Verlust</translation>
    </message>
    <message>
        <source>Loss over steps</source>
        <translation>Verlust über die Schritte</translation>
    </message>
    <message>
        <source>The loss appears when training begins.</source>
        <translation>Der Verlust erscheint, wenn das Training beginnt.</translation>
    </message>
    <message>
        <source>Which measurement is drawn</source>
        <translation>Welche Messung gezeichnet wird</translation>
    </message>
    <message>
        <source>best {value}</source>
        <translation>beste {value}</translation>
    </message>
    <message>
        <source>smoothed</source>
        <translation>geglättet</translation>
    </message>
    <message>
        <source>step</source>
        <translation>Schritt</translation>
    </message>
    <message>
        <source>train</source>
        <translation>Training</translation>
    </message>
    <message>
        <source>validation</source>
        <translation>Validierung</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>A run is going on</source>
        <translation>Ein Lauf ist im Gang</translation>
    </message>
    <message>
        <source>Close anyway? The run is saved first and can be resumed at the next start.</source>
        <translation>Trotzdem schließen? Der Lauf wird erst gespeichert und kann beim nächsten Start fortgesetzt werden.</translation>
    </message>
</context>
<context>
    <name>MemoryPlot</name>
    <message>
        <source>Memory</source>
        <translation>Speicher</translation>
    </message>
    <message>
        <source>Memory over time</source>
        <translation>Speicher über die Zeit</translation>
    </message>
    <message>
        <source>RAM of the run</source>
        <translation>Arbeitsspeicher des Laufs</translation>
    </message>
    <message>
        <source>Readings appear once the run has begun.</source>
        <translation>Messwerte erscheinen, sobald der Lauf begonnen hat.</translation>
    </message>
    <message>
        <source>after</source>
        <translation>nach</translation>
    </message>
    <message>
        <source>all programs</source>
        <translation>alle Programme</translation>
    </message>
    <message>
        <source>allocated</source>
        <translation>belegt</translation>
    </message>
    <message>
        <source>capacity</source>
        <translation>Kapazität</translation>
    </message>
    <message>
        <source>peak</source>
        <translation>Spitze</translation>
    </message>
    <message>
        <source>plan</source>
        <translation>Plan</translation>
    </message>
    <message>
        <source>reserved</source>
        <translation>reserviert</translation>
    </message>
</context>
<context>
    <name>Methods</name>
    <message>
        <source>A small correction computed from what the model really sees. No training.</source>
        <translation>Eine kleine Korrektur, berechnet aus dem, was das Modell wirklich sieht. Kein Training.</translation>
    </message>
    <message>
        <source>Activation-aware</source>
        <translation>Aktivierungsbasiert</translation>
    </message>
    <message>
        <source>LREC</source>
        <translation>LREC</translation>
    </message>
    <message>
        <source>Learns a small correction from the original model. Best at 3 bits and below.</source>
        <translation>Lernt eine kleine Korrektur vom ursprünglichen Modell. Am besten bei 3 Bits und darunter.</translation>
    </message>
    <message>
        <source>LoftQ</source>
        <translation>LoftQ</translation>
    </message>
    <message>
        <source>None</source>
        <translation>Keine</translation>
    </message>
    <message>
        <source>ReALLM</source>
        <translation>ReALLM</translation>
    </message>
    <message>
        <source>Rounding only. Good at 8 bits, usable at 4.</source>
        <translation>Nur Runden. Gut bei 8 Bits, brauchbar bei 4.</translation>
    </message>
    <message>
        <source>Rounds and corrects in turns, so that fine-tuning starts close to the original.</source>
        <translation>Rundet und korrigiert abwechselnd, damit die Feinabstimmung nahe am Original beginnt.</translation>
    </message>
    <message>
        <source>Stores shared patterns of weights and tunes them block by block.</source>
        <translation>Speichert gemeinsame Muster der Gewichte und stimmt sie Block für Block ab.</translation>
    </message>
    <message>
        <source>Trained codes</source>
        <translation>Trainierte Codes</translation>
    </message>
    <message>
        <source>Trains the rounded weights themselves. Strongest at 2 bits, slowest.</source>
        <translation>Trainiert die gerundeten Gewichte selbst. Am stärksten bei 2 Bits, am langsamsten.</translation>
    </message>
</context>
<context>
    <name>Metric</name>
    <message>
        <source>Distance to the float model (KL)</source>
        <translation>Abstand zum Float-Modell (KL)</translation>
    </message>
    <message>
        <source>Gradient norm</source>
        <translation>Gradientennorm</translation>
    </message>
    <message>
        <source>Learning rate</source>
        <translation>Lernrate</translation>
    </message>
    <message>
        <source>Loss</source>
        <translation>Verlust</translation>
    </message>
    <message>
        <source>Perplexity</source>
        <translation>Perplexität</translation>
    </message>
    <message>
        <source>Perplexity of the answers</source>
        <translation>Perplexität der Antworten</translation>
    </message>
    <message>
        <source>Tokens a second</source>
        <translation>Tokens je Sekunde</translation>
    </message>
    <message>
        <source>Validation loss</source>
        <translation>Validierungsverlust</translation>
    </message>
</context>
<context>
    <name>ModelChoice</name>
    <message>
        <source>Choose the model</source>
        <translation>Modell wählen</translation>
    </message>
</context>
<context>
    <name>ModelStep</name>
    <message>
        <source>%1 is no model: a folder with a config.json or one GGUF file is wanted.</source>
        <translation>%1 ist kein Modell: Gebraucht wird ein Ordner mit config.json oder eine GGUF-Datei.</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 von %2</translation>
    </message>
    <message>
        <source>%1 tokens</source>
        <translation>%1 Tokens</translation>
    </message>
    <message numerus="yes">
        <source>%Ln downloads</source>
        <translation>
            <numerusform>%Ln Download</numerusform>
            <numerusform>%Ln Downloads</numerusform>
        </translation>
    </message>
    <message>
        <source>Architecture</source>
        <translation>Architektur</translation>
    </message>
    <message>
        <source>At 4 bits, roughly, from the number of weights. Choose it for a real plan.</source>
        <translation>Bei 4 Bits, grob nach der Zahl der Gewichte. Für einen echten Plan auswählen.</translation>
    </message>
    <message>
        <source>Context</source>
        <translation>Kontext</translation>
    </message>
    <message>
        <source>Fits</source>
        <translation>Passt</translation>
    </message>
    <message>
        <source>Found on the hub, those that fit first</source>
        <translation>Auf dem Hub gefunden, passende zuerst</translation>
    </message>
    <message>
        <source>Layers</source>
        <translation>Schichten</translation>
    </message>
    <message>
        <source>Licence</source>
        <translation>Lizenz</translation>
    </message>
    <message>
        <source>Looking at the model…</source>
        <translation>Modell wird angesehen…</translation>
    </message>
    <message>
        <source>No model is chosen yet</source>
        <translation>Noch kein Modell gewählt</translation>
    </message>
    <message>
        <source>Not on this computer yet; a run downloads it.</source>
        <translation>Noch nicht auf diesem Computer; ein Lauf lädt es herunter.</translation>
    </message>
    <message>
        <source>Nothing found</source>
        <translation>Nichts gefunden</translation>
    </message>
    <message>
        <source>Open a GGUF model</source>
        <translation>GGUF-Modell öffnen</translation>
    </message>
    <message>
        <source>Open a model folder</source>
        <translation>Modellordner öffnen</translation>
    </message>
    <message>
        <source>Searching…</source>
        <translation>Suche…</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>Stored as</source>
        <translation>Gespeichert als</translation>
    </message>
    <message>
        <source>Suggestions and recent models, those that fit first</source>
        <translation>Vorschläge und zuletzt benutzte Modelle, passende zuerst</translation>
    </message>
    <message>
        <source>Tight</source>
        <translation>Knapp</translation>
    </message>
    <message>
        <source>Too large</source>
        <translation>Zu groß</translation>
    </message>
    <message>
        <source>Unknown</source>
        <translation>Unbekannt</translation>
    </message>
    <message>
        <source>Vocabulary</source>
        <translation>Vokabular</translation>
    </message>
    <message>
        <source>Weights</source>
        <translation>Gewichte</translation>
    </message>
    <message>
        <source>float</source>
        <translation>Float</translation>
    </message>
    <message>
        <source>not stated</source>
        <translation>nicht angegeben</translation>
    </message>
    <message>
        <source>terms to accept</source>
        <translation>Bedingungen annehmen</translation>
    </message>
    <message>
        <source>the starter: small enough to try everything</source>
        <translation>das Startmodell: klein genug, um alles zu probieren</translation>
    </message>
    <message>
        <source>unknown</source>
        <translation>unbekannt</translation>
    </message>
</context>
<context>
    <name>ModelView</name>
    <message>
        <source>Access token for the hub</source>
        <translation>Zugriffstoken für den Hub</translation>
    </message>
    <message>
        <source>Access token…</source>
        <translation>Zugriffstoken…</translation>
    </message>
    <message>
        <source>Clear the search</source>
        <translation>Suche leeren</translation>
    </message>
    <message>
        <source>Drop a model folder or a GGUF file here</source>
        <translation>Modellordner oder GGUF-Datei hier ablegen</translation>
    </message>
    <message>
        <source>Folder…</source>
        <translation>Ordner…</translation>
    </message>
    <message>
        <source>For models whose terms have to be accepted first</source>
        <translation>Für Modelle, deren Bedingungen erst angenommen werden müssen</translation>
    </message>
    <message>
        <source>GGUF file…</source>
        <translation>GGUF-Datei…</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>Suchen</translation>
    </message>
    <message>
        <source>Search models on the hub</source>
        <translation>Modelle auf dem Hub suchen</translation>
    </message>
    <message>
        <source>Search the hub, for example qwen instruct</source>
        <translation>Auf dem Hub suchen, zum Beispiel qwen instruct</translation>
    </message>
    <message>
        <source>Talk to the model as it is, before any run</source>
        <translation>Mit dem Modell sprechen, wie es ist, vor jedem Lauf</translation>
    </message>
    <message>
        <source>Try it in a chat</source>
        <translation>Im Chat ausprobieren</translation>
    </message>
</context>
<context>
    <name>NewRunPage</name>
    <message>
        <source>Continue</source>
        <translation>Weiter</translation>
    </message>
    <message>
        <source>Data</source>
        <translation>Daten</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>Fertig</translation>
    </message>
    <message>
        <source>Fine-tune</source>
        <translation>Feinabstimmung</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>New run</source>
        <translation>Neuer Lauf</translation>
    </message>
    <message>
        <source>Open a recipe</source>
        <translation>Rezept öffnen</translation>
    </message>
    <message>
        <source>Open recipe</source>
        <translation>Rezept öffnen</translation>
    </message>
    <message>
        <source>Precision and repair</source>
        <translation>Genauigkeit und Reparatur</translation>
    </message>
    <message>
        <source>Recipes (*.toml)</source>
        <translation>Rezepte (*.toml)</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>Wiederholen</translation>
    </message>
    <message>
        <source>Save recipe</source>
        <translation>Rezept speichern</translation>
    </message>
    <message>
        <source>Save the recipe</source>
        <translation>Rezept speichern</translation>
    </message>
    <message>
        <source>Show as TOML</source>
        <translation>Als TOML zeigen</translation>
    </message>
    <message>
        <source>Steps of a new run</source>
        <translation>Schritte eines neuen Laufs</translation>
    </message>
    <message>
        <source>The recipe as TOML</source>
        <translation>Das Rezept als TOML</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <source>What differs from the defaults. lowbit run takes the same file.</source>
        <translation>Was von den Vorgaben abweicht. lowbit run nimmt dieselbe Datei.</translation>
    </message>
</context>
<context>
    <name>NoticeBar</name>
    <message>
        <source>Close this notice</source>
        <translation>Diesen Hinweis schließen</translation>
    </message>
    <message>
        <source>Copy diagnostics</source>
        <translation>Diagnose kopieren</translation>
    </message>
</context>
<context>
    <name>Number</name>
    <message>
        <source>infinite</source>
        <translation>unendlich</translation>
    </message>
    <message>
        <source>not a number</source>
        <translation>keine Zahl</translation>
    </message>
</context>
<context>
    <name>Pages</name>
    <message>
        <source>Chat</source>
        <translation>Chat</translation>
    </message>
    <message>
        <source>New run</source>
        <translation>Neuer Lauf</translation>
    </message>
    <message>
        <source>Runs</source>
        <translation>Läufe</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
</context>
<context>
    <name>PlotView</name>
    <message>
        <source>Fit</source>
        <translation>Einpassen</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>Protokoll</translation>
    </message>
    <message>
        <source>Logarithmic scale</source>
        <translation>Logarithmische Skala</translation>
    </message>
    <message>
        <source>Save the numbers</source>
        <translation>Zahlen speichern</translation>
    </message>
    <message>
        <source>Save the picture</source>
        <translation>Bild speichern</translation>
    </message>
    <message>
        <source>Show everything again</source>
        <translation>Wieder alles zeigen</translation>
    </message>
    <message>
        <source>Show the numbers as a table</source>
        <translation>Die Zahlen als Tabelle zeigen</translation>
    </message>
    <message>
        <source>Table</source>
        <translation>Tabelle</translation>
    </message>
    <message>
        <source>{plot}: numbers</source>
        <translation>{plot}: Zahlen</translation>
    </message>
</context>
<context>
    <name>PrecisionStep</name>
    <message>
        <source>%1 bits, repair: %2</source>
        <translation>%1 Bits, Reparatur: %2</translation>
    </message>
    <message>
        <source>%1 bits: a mixture of 2 and 4; the matrices that lose most get 4. Needs a repair.</source>
        <translation>%1 Bits: eine Mischung aus 2 und 4; die Matrizen, die am meisten verlieren, bekommen 4. Braucht eine Reparatur.</translation>
    </message>
    <message>
        <source>, %1 memory</source>
        <translation>, %1 Speicher</translation>
    </message>
    <message>
        <source>2 bits: the smallest. Needs a repair, and shows.</source>
        <translation>2 Bits: am kleinsten. Braucht eine Reparatur, und man merkt es.</translation>
    </message>
    <message>
        <source>3 bits: a loss that a repair makes small.</source>
        <translation>3 Bits: ein Verlust, den eine Reparatur klein macht.</translation>
    </message>
    <message>
        <source>4 bits: close to the original, less than a third of its size.</source>
        <translation>4 Bits: nah am Original, weniger als ein Drittel seiner Größe.</translation>
    </message>
    <message>
        <source>8 bits: practically the original, a little over half its size.</source>
        <translation>8 Bits: praktisch das Original, etwas mehr als halb so groß.</translation>
    </message>
    <message>
        <source>Automatic: the most bits that fit, %1 as things stand.</source>
        <translation>Automatisch: die meisten Bits, die passen, derzeit %1.</translation>
    </message>
    <message>
        <source>Change the bits</source>
        <translation>Bits ändern</translation>
    </message>
    <message>
        <source>Choose the repair</source>
        <translation>Reparatur wählen</translation>
    </message>
    <message>
        <source>Fit my device</source>
        <translation>An mein Gerät anpassen</translation>
    </message>
    <message>
        <source>Stored: %2 bits a weight, everything counted.</source>
        <translation>Gespeichert: %2 Bits je Gewicht, alles mitgezählt.</translation>
    </message>
    <message>
        <source>about %1 more</source>
        <translation>etwa %1 mehr</translation>
    </message>
    <message>
        <source>no extra time</source>
        <translation>keine zusätzliche Zeit</translation>
    </message>
</context>
<context>
    <name>PrecisionView</name>
    <message>
        <source>Bits a weight</source>
        <translation>Bits je Gewicht</translation>
    </message>
    <message>
        <source>Fit my device</source>
        <translation>An mein Gerät anpassen</translation>
    </message>
    <message>
        <source>Repair of the rounding error</source>
        <translation>Reparatur des Rundungsfehlers</translation>
    </message>
    <message>
        <source>The most bits whose run fits into what is free now</source>
        <translation>Die meisten Bits, deren Lauf in das passt, was jetzt frei ist</translation>
    </message>
</context>
<context>
    <name>Presets</name>
    <message>
        <source>60 steps on little calibration text: to see whether it works at all.</source>
        <translation>60 Schritte mit wenig Kalibriertext: um zu sehen, ob es überhaupt läuft.</translation>
    </message>
    <message>
        <source>Balanced</source>
        <translation>Ausgewogen</translation>
    </message>
    <message>
        <source>Once through your data. Right for most.</source>
        <translation>Einmal durch die Daten. Meistens richtig.</translation>
    </message>
    <message>
        <source>Quick</source>
        <translation>Schnell</translation>
    </message>
    <message>
        <source>Thorough</source>
        <translation>Gründlich</translation>
    </message>
    <message>
        <source>Three times through your data on more calibration text; stops early when it no longer helps.</source>
        <translation>Dreimal durch die Daten, mit mehr Kalibriertext; endet früher, wenn es nichts mehr bringt.</translation>
    </message>
    <message>
        <source>Your own settings.</source>
        <translation>Eigene Einstellungen.</translation>
    </message>
</context>
<context>
    <name>QuestionView</name>
    <message>
        <source>Ask again</source>
        <translation>Neu fragen</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Edit and ask again; what came after it goes</source>
        <translation>Bearbeiten und neu fragen; was danach kam, entfällt</translation>
    </message>
    <message>
        <source>Edit the question</source>
        <translation>Frage bearbeiten</translation>
    </message>
    <message>
        <source>Keep the question as it was</source>
        <translation>Die Frage lassen, wie sie war</translation>
    </message>
    <message>
        <source>You: %1</source>
        <translation>Du: %1</translation>
    </message>
</context>
<context>
    <name>Rail</name>
    <message>
        <source>Navigation</source>
        <translation>Navigation</translation>
    </message>
</context>
<context>
    <name>RecipeFields</name>
    <message>
        <source>A file (jsonl, json, csv, tsv, parquet, arrow, txt), a folder of them, hub:NAME, or sample:NAME for a sample that comes with the program. Empty: no fine-tuning.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Bits a weight: 2, 3, 4 or 8, a fraction between 2 and 4 for a mixture of 2 and 4, or auto for the best that fits the device.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Bits of embedding and head; 0 leaves them in 16.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Branch, tag or commit on the hub; empty takes main.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Calibration sequences.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Decoupled weight decay.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Dropout before the adapter.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Folder of the run folders; empty takes the app&apos;s own.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Grid of levels: evenly spaced (integer) or spaced like a normal distribution (normal-float).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Held-back questions the model answers in short at the start and at every measurement, to look at; 0 asks none. It changes nothing in the result.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Hold these hidden states in the computer&apos;s RAM.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How a row is laid out; auto finds it from the content. gsm8k: question and answer as LoftQ&apos;s published protocol asks and teaches them, without a chat template.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How codes are chosen: nearest level, scale by error search, or GPTQ (error feedback on calibration text).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How the adapter for your task is trained.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How the learning rate falls after the warm-up.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How the quantization error is repaired.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How the weights are stored.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Integer only: no zero point stored. At 2 bits this is the grid -1, 0, 1, 2 that GGUF calls Q2_0.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Its scale is alpha/rank.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keep one hidden state a block and recompute the rest: less memory, a third more time.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>LREC and trained codes: optimizer steps.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>LREC and trained codes: peak learning rate of the low-rank term and the scales.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>LREC and trained codes: sequences in a step.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>LREC and trained codes: text learned from: self (sampled from the float model), data (your rows) or a file.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>LREC and trained codes: tokens in a sequence.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>LREC and trained codes: tokens of that text.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>LREC: keep the float model on the device, or stream it once and cache its last hidden states on disk.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>LREC: train the quantization scales too.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>LREC: weight of KL(float model || quantized model), mean over tokens.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>LREC: weight of the cross-entropy on the real next token, mean over tokens.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>LREC: what training starts from: one of the closed forms, or a low-rank term that changes nothing.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Largest gradient norm; 0 does not clip.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>LoftQ: rounds of quantization and SVD; the best is kept.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Longest training example in tokens; longer rows are cut or refused as the report says.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Matrices left as they are, by name pattern (shell style), besides embeddings, head and norms.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Matrices that get an adapter: all, or last parts of names such as q_proj.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name of the run; empty makes one from model and bits.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Number format of the computation; auto takes bf16 where it is fast.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Number format of the trained adapter and its gradients; bf16 halves both. Sums are fp32 either way.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Optimizer steps; 0 counts by epochs.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Other ranks for some matrices: name pattern (shell style) to rank, e.g. down_proj = 16 or &quot;layers.0.*&quot; = 32; 0 is no repair. The first that fits counts.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Passes over the data, unless steps is set.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Peak learning rate.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Put rows of like length together; saves padding.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Put several short examples into one row; they never see each other.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rank of a stacked or fresh adapter.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rank of the repair&apos;s low-rank term; it is counted in the bits.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Role to column name where the file&apos;s names differ, e.g. prompt = &quot;frage&quot;. Roles: messages, system, prompt, completion, text.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rows held back to measure on: a share between 0 and 0.5, or a file.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Seed of every random choice.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sequences on the device at once.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Share of the steps in which the learning rate rises.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Steps between measurements on the validation rows; 0 measures at the end only.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Steps between saves a run can be resumed from; 0 saves at the end only.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stop after this many measurements without a better one; 0 never stops early. The best is kept either way.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Such batches in one optimizer step.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tasks with generated answers. None so far.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Text file for perplexity; empty takes the validation rows, and without data a sample that comes with the program.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Text the solver looks at: self (sampled from the model), data (your rows) or a text or jsonl file.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tokens a window moves on; 0 is the context, so windows do not overlap.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tokens in a calibration sequence.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tokens in a window.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Trained codes: peak learning rate of the latent weights, in steps of their grid.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Trained codes: the whole model at once (18 bytes a weight), or block after block, where steps are those of each block; auto takes the whole model where it fits.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Weight-decomposed adapter (DoRA).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Weights that share one scale, along the input; 0 is one scale a row.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What is measured at the end.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What it is fine-tuned on.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What the model does. Only causal-lm (text in, text out) so far.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Where fractional bits go: to the matrices that lose most, or LoftQ&apos;s first layers at 4 bits.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Where it runs.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Where results go.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Where the token embedding lies while training; ram: rows are fetched as they are needed. auto: in RAM beside a GPU. One that is also the output head stays on the device.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Which model.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Which tokens are learned: every assistant turn, only the last answer, or everything.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Windows measured; 0 takes the whole text.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>auto takes the 8-bit paged AdamW where the device has it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>continue: train the repair&apos;s adapter on; stack: a second one beside it; fresh: drop the repair&apos;s.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>none; activation: a low-rank term from the activations, in closed form (QERA, CLoQ); loftq: quantization and SVD in turns, with nearest or search without any text; lrec: adapters (and scales) distilled from the float model; qad: the codes themselves distilled, the best there is for its bits where the memory allows it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>starter (SmolLM2-135M-Instruct), hub:ORG/NAME, path:DIR (a Hugging Face folder) or gguf:FILE.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>RecipeNames</name>
    <message>
        <source>Accumulate</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Adapter</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Adapter precision</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Alpha</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Batch</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Bits</source>
        <translation>Bits</translation>
    </message>
    <message>
        <source>Calibration</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ce weight</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Checkpoint every</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Checkpointing</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Codec</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Columns</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Context</source>
        <translation>Kontext</translation>
    </message>
    <message>
        <source>Correct</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Data</source>
        <translation>Daten</translation>
    </message>
    <message>
        <source>Device</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Dir</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Dora</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Dropout</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Embedding</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Epochs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Evaluate</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Evaluate every</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Format</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>General</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Gradient clip</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Group by length</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Group size</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Head bits</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Iterations</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Kl weight</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Learning rate</source>
        <translation>Lernrate</translation>
    </message>
    <message>
        <source>Length</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Limit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Loss on</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Max length</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Method</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Mixed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>Name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Offload</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Optimizer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Output</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Packing</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Patience</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Precision</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Quantize</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rank</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ranks</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Revision</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Samples</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Schedule</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Scope</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Seed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Skip</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Solver</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Source</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Start</source>
        <translation>Starten</translation>
    </message>
    <message>
        <source>Steps</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stride</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Symmetric</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Targets</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Task</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tasks</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Teacher</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Text</translation>
    </message>
    <message>
        <source>Tokens</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Train scales</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tune</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Validation</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Warmup</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Weight decay</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Weight learning rate</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Report</name>
    <message>
        <source>Perplexity of the answers {value}</source>
        <translation>Perplexität der Antworten {value}</translation>
    </message>
    <message>
        <source>Perplexity {value}</source>
        <translation>Perplexität {value}</translation>
    </message>
    <message>
        <source>{text} (float {value})</source>
        <translation>{text} (Float {value})</translation>
    </message>
    <message>
        <source>{text}, {factor} times smaller</source>
        <translation>{text}, {factor}-mal kleiner</translation>
    </message>
</context>
<context>
    <name>ReportModel</name>
    <message>
        <source>Bits</source>
        <translation>Bits</translation>
    </message>
    <message>
        <source>Bits a parameter of the whole model, with embeddings, head and norms.</source>
        <translation>Bits je Parameter des ganzen Modells, mit Embeddings, Ausgabekopf und Normen.</translation>
    </message>
    <message>
        <source>Bits a quantized weight; scales and adapters are counted.</source>
        <translation>Bits je quantisiertem Gewicht; Skalen und Adapter sind mitgezählt.</translation>
    </message>
    <message>
        <source>Bytes of the whole model, adapters included.</source>
        <translation>Bytes des ganzen Modells, mit Adaptern.</translation>
    </message>
    <message>
        <source>Distance</source>
        <translation>Abstand</translation>
    </message>
    <message>
        <source>How far its predictions are from the float model&apos;s (KL, nats a token).</source>
        <translation>Wie weit die Vorhersagen von denen des Float-Modells entfernt sind (KL, Nats je Token).</translation>
    </message>
    <message>
        <source>How fast it writes.</source>
        <translation>Wie schnell es schreibt.</translation>
    </message>
    <message>
        <source>How surprised the model is by the text; lower is better.</source>
        <translation>Wie überrascht das Modell vom Text ist; kleiner ist besser.</translation>
    </message>
    <message>
        <source>Model bits</source>
        <translation>Bits gesamt</translation>
    </message>
    <message>
        <source>Perplexity</source>
        <translation>Perplexität</translation>
    </message>
    <message>
        <source>Same word</source>
        <translation>Gleiches Wort</translation>
    </message>
    <message>
        <source>Share of tokens where it agrees with the float model on the likeliest one.</source>
        <translation>Anteil der Tokens, bei denen es mit dem Float-Modell über das wahrscheinlichste einig ist.</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>Tokens a second</source>
        <translation>Tokens je Sekunde</translation>
    </message>
    <message>
        <source>Variant</source>
        <translation>Variante</translation>
    </message>
</context>
<context>
    <name>ReportView</name>
    <message>
        <source>Report</source>
        <translation>Bericht</translation>
    </message>
</context>
<context>
    <name>RowsModel</name>
    <message>
        <source>Row</source>
        <translation>Zeile</translation>
    </message>
    <message>
        <source>refused: %1</source>
        <translation>abgelehnt: %1</translation>
    </message>
    <message>
        <source>used</source>
        <translation>benutzt</translation>
    </message>
</context>
<context>
    <name>RunHeader</name>
    <message>
        <source>Chat</source>
        <translation>Chat</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>Vergleichen</translation>
    </message>
    <message>
        <source>Go on where it was saved</source>
        <translation>Von der letzten Sicherung an weitermachen</translation>
    </message>
    <message>
        <source>One prompt to the original and the result, side by side</source>
        <translation>Ein Prompt an das Original und das Ergebnis, nebeneinander</translation>
    </message>
    <message>
        <source>Open folder</source>
        <translation>Ordner öffnen</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Pause</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>Save and end; what was made so far can be used</source>
        <translation>Speichern und beenden; was bisher entstand, ist brauchbar</translation>
    </message>
    <message>
        <source>Save, and give the device&apos;s memory back; Resume goes on</source>
        <translation>Speichern und den Speicher des Geräts freigeben; Fortsetzen macht weiter</translation>
    </message>
    <message>
        <source>Show the run&apos;s files</source>
        <translation>Die Dateien des Laufs zeigen</translation>
    </message>
    <message>
        <source>Stop and save</source>
        <translation>Anhalten, speichern</translation>
    </message>
    <message>
        <source>Talk with the result</source>
        <translation>Mit dem Ergebnis sprechen</translation>
    </message>
</context>
<context>
    <name>RunPage</name>
    <message>
        <source> ({count} times)</source>
        <translation> ({count}-mal)</translation>
    </message>
    <message>
        <source>Cancelled</source>
        <translation>Abgebrochen</translation>
    </message>
    <message>
        <source>Cancelling</source>
        <translation>Bricht ab</translation>
    </message>
    <message>
        <source>Choose one under Runs, or start a new one.</source>
        <translation>Unter Läufe einen wählen oder einen neuen starten.</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>Fertig</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>Fehlgeschlagen</translation>
    </message>
    <message>
        <source>Ignore</source>
        <translation>Ignorieren</translation>
    </message>
    <message>
        <source>Interrupted</source>
        <translation>Unterbrochen</translation>
    </message>
    <message>
        <source>Interrupted; it can go on from its last save.</source>
        <translation>Unterbrochen; es kann von der letzten Sicherung an weitergehen.</translation>
    </message>
    <message>
        <source>Layers</source>
        <translation>Schichten</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>Protokoll</translation>
    </message>
    <message>
        <source>Measured so far</source>
        <translation>Bisher gemessen</translation>
    </message>
    <message>
        <source>New run</source>
        <translation>Neuer Lauf</translation>
    </message>
    <message>
        <source>No run is open</source>
        <translation>Kein Lauf geöffnet</translation>
    </message>
    <message>
        <source>Nothing so far. A rising loss, a plateau or memory that spills shows up here.</source>
        <translation>Bisher nichts. Ein steigender Verlust, ein Stillstand oder überlaufender Speicher zeigt sich hier.</translation>
    </message>
    <message>
        <source>Nothing stood out in this run.</source>
        <translation>In diesem Lauf fiel nichts auf.</translation>
    </message>
    <message>
        <source>Open log</source>
        <translation>Protokoll öffnen</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>Pausiert</translation>
    </message>
    <message>
        <source>Pausing</source>
        <translation>Pausiert gleich</translation>
    </message>
    <message>
        <source>Reading…</source>
        <translation>Wird gelesen…</translation>
    </message>
    <message>
        <source>Report</source>
        <translation>Bericht</translation>
    </message>
    <message>
        <source>Report, layers, samples and log</source>
        <translation>Bericht, Schichten, Beispiele und Protokoll</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>Running</source>
        <translation>Läuft</translation>
    </message>
    <message>
        <source>Samples</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Saving at the next safe point…</source>
        <translation>Wird an der nächsten sicheren Stelle gespeichert…</translation>
    </message>
    <message>
        <source>Starting</source>
        <translation>Startet</translation>
    </message>
    <message>
        <source>Starting…</source>
        <translation>Startet…</translation>
    </message>
    <message>
        <source>Stop, keep best</source>
        <translation>Anhalten, besten behalten</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>Angehalten</translation>
    </message>
    <message>
        <source>Stopping</source>
        <translation>Hält an</translation>
    </message>
    <message>
        <source>The answers of the held-back rows, so far</source>
        <translation>Bisher die Antworten der zurückgehaltenen Zeilen</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>Wartet</translation>
    </message>
    <message>
        <source>Waits until the device is free.</source>
        <translation>Wartet, bis das Gerät frei ist.</translation>
    </message>
    <message>
        <source>done before</source>
        <translation>schon erledigt</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>fehlgeschlagen</translation>
    </message>
    <message>
        <source>saved</source>
        <translation>gespeichert</translation>
    </message>
    <message>
        <source>working</source>
        <translation>arbeitet</translation>
    </message>
    <message>
        <source>{text}: {tokens} tokens on {device}</source>
        <translation>{text}: {tokens} Tokens auf {device}</translation>
    </message>
    <message>
        <source>{time} left</source>
        <translation>noch {time}</translation>
    </message>
</context>
<context>
    <name>RunState</name>
    <message>
        <source>Paused in {stage} at {step}</source>
        <translation>Pausiert in {stage} bei {step}</translation>
    </message>
    <message>
        <source>Resumed {name}</source>
        <translation>{name} fortgesetzt</translation>
    </message>
    <message>
        <source>Started {name}</source>
        <translation>{name} gestartet</translation>
    </message>
    <message>
        <source>Written: {path}, {size}</source>
        <translation>Geschrieben: {path}, {size}</translation>
    </message>
    <message>
        <source>{stage} begins</source>
        <translation>{stage} beginnt</translation>
    </message>
    <message>
        <source>{stage} goes on at {step}</source>
        <translation>{stage} geht bei {step} weiter</translation>
    </message>
    <message>
        <source>{stage}: done before</source>
        <translation>{stage}: schon erledigt</translation>
    </message>
    <message>
        <source>{stage}: done in {time}</source>
        <translation>{stage}: fertig in {time}</translation>
    </message>
    <message>
        <source>{step}, {time} left</source>
        <translation>{step}, noch {time}</translation>
    </message>
</context>
<context>
    <name>RunsModel</name>
    <message>
        <source>Bits</source>
        <translation>Bits</translation>
    </message>
    <message>
        <source>Cancelled</source>
        <translation>Abgebrochen</translation>
    </message>
    <message>
        <source>Cannot be read</source>
        <translation>Nicht lesbar</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>Fertig</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>Fehlgeschlagen</translation>
    </message>
    <message>
        <source>Interrupted</source>
        <translation>Unterbrochen</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>Name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not started</source>
        <translation>Nicht gestartet</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>Pausiert</translation>
    </message>
    <message>
        <source>Perplexity</source>
        <translation>Perplexität</translation>
    </message>
    <message>
        <source>Repair</source>
        <translation>Reparatur</translation>
    </message>
    <message>
        <source>Running</source>
        <translation>Läuft</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>Started</source>
        <translation>Gestartet</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Zustand</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>Angehalten</translation>
    </message>
</context>
<context>
    <name>RunsPage</name>
    <message>
        <source>A run appears here as soon as it is started.</source>
        <translation>Ein Lauf erscheint hier, sobald er gestartet ist.</translation>
    </message>
    <message>
        <source>Delete runs</source>
        <translation>Läufe löschen</translation>
    </message>
    <message>
        <source>Delete the folder by hand if you do not want it any more.</source>
        <translation>Den Ordner von Hand löschen, wenn er nicht mehr gebraucht wird.</translation>
    </message>
    <message>
        <source>Move {names} to the trash, with their models and adapters?</source>
        <translation>{names} mit Modellen und Adaptern in den Papierkorb legen?</translation>
    </message>
    <message>
        <source>New run</source>
        <translation>Neuer Lauf</translation>
    </message>
    <message>
        <source>No runs yet</source>
        <translation>Noch keine Läufe</translation>
    </message>
    <message>
        <source>Select two runs to see in what their recipes differ.</source>
        <translation>Zwei Läufe auswählen, um zu sehen, worin sich ihre Rezepte unterscheiden.</translation>
    </message>
    <message>
        <source>The notes could not be saved.</source>
        <translation>Die Notizen konnten nicht gespeichert werden.</translation>
    </message>
    <message>
        <source>The two recipes are the same.</source>
        <translation>Die beiden Rezepte sind gleich.</translation>
    </message>
    <message>
        <source>bits</source>
        <translation>Bits</translation>
    </message>
    <message>
        <source>size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>{model} on {text}</source>
        <translation>{model} mit {text}</translation>
    </message>
    <message>
        <source>{name} could not be moved to the trash.</source>
        <translation>{name} konnte nicht in den Papierkorb gelegt werden.</translation>
    </message>
    <message>
        <source>{run}, validation</source>
        <translation>{run}, Validierung</translation>
    </message>
</context>
<context>
    <name>RunsView</name>
    <message>
        <source>Curves</source>
        <translation>Kurven</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Löschen</translation>
    </message>
    <message>
        <source>Difference</source>
        <translation>Unterschied</translation>
    </message>
    <message>
        <source>Differences of two recipes</source>
        <translation>Unterschiede zweier Rezepte</translation>
    </message>
    <message>
        <source>Filter by name, model, repair, state or notes</source>
        <translation>Nach Name, Modell, Reparatur, Zustand oder Notizen filtern</translation>
    </message>
    <message>
        <source>Filter the runs</source>
        <translation>Läufe filtern</translation>
    </message>
    <message>
        <source>Frontier, curves, recipe difference and notes</source>
        <translation>Qualität, Kurven, Rezeptunterschied und Notizen</translation>
    </message>
    <message>
        <source>Loss of the selected runs</source>
        <translation>Verlust der ausgewählten Läufe</translation>
    </message>
    <message>
        <source>Move the selected runs to the trash (Del)</source>
        <translation>Ausgewählte Läufe in den Papierkorb legen (Entf)</translation>
    </message>
    <message>
        <source>Notes</source>
        <translation>Notizen</translation>
    </message>
    <message>
        <source>Notes about the run</source>
        <translation>Notizen zum Lauf</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Öffnen</translation>
    </message>
    <message>
        <source>Open the run (Enter)</source>
        <translation>Lauf öffnen (Eingabe)</translation>
    </message>
    <message>
        <source>Quality and size</source>
        <translation>Qualität und Größe</translation>
    </message>
    <message>
        <source>Runs</source>
        <translation>Läufe</translation>
    </message>
    <message>
        <source>Select runs that were fine-tuned; Ctrl selects several.</source>
        <translation>Feinabgestimmte Läufe auswählen; mit Strg mehrere.</translation>
    </message>
    <message>
        <source>What you want to remember about this run</source>
        <translation>Woran man sich bei diesem Lauf erinnern will</translation>
    </message>
    <message>
        <source>step</source>
        <translation>Schritt</translation>
    </message>
</context>
<context>
    <name>SamplesView</name>
    <message>
        <source>Samples</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Texts that the run lets the model write appear here.</source>
        <translation>Hier erscheinen Texte, die der Lauf das Modell schreiben lässt.</translation>
    </message>
</context>
<context>
    <name>Sampling</name>
    <message>
        <source>How adventurous the answers are. 0 always takes the likeliest word; above 1 gets wild.</source>
        <translation>Wie abenteuerlich die Antworten sind. 0 nimmt immer das wahrscheinlichste Wort; über 1 wird es wild.</translation>
    </message>
    <message>
        <source>Keeps only this many of the likeliest words. Off keeps all.</source>
        <translation>Behält nur so viele der wahrscheinlichsten Wörter. Aus behält alle.</translation>
    </message>
    <message>
        <source>Leaves out the unlikeliest words: keeps those that together have this probability. 1 keeps all.</source>
        <translation>Lässt die unwahrscheinlichsten Wörter weg: behält die, die zusammen diese Wahrscheinlichkeit haben. 1 behält alle.</translation>
    </message>
    <message>
        <source>Leaves out words less likely than this share of the likeliest one. 0 keeps all.</source>
        <translation>Lässt Wörter weg, die unwahrscheinlicher sind als dieser Anteil des wahrscheinlichsten. 0 behält alle.</translation>
    </message>
    <message>
        <source>Longest answer</source>
        <translation>Längste Antwort</translation>
    </message>
    <message>
        <source>Makes words that were already said less likely. 1 changes nothing; 1.1 is a mild push.</source>
        <translation>Macht schon gesagte Wörter unwahrscheinlicher. 1 ändert nichts; 1,1 ist ein sanfter Schubs.</translation>
    </message>
    <message>
        <source>Min-p</source>
        <translation>Min-p</translation>
    </message>
    <message>
        <source>Most tokens of one answer. A token is about three quarters of an English word.</source>
        <translation>Höchstzahl der Tokens einer Antwort. Ein Token ist etwa drei Viertel eines englischen Wortes.</translation>
    </message>
    <message>
        <source>Off</source>
        <translation>Aus</translation>
    </message>
    <message>
        <source>Random</source>
        <translation>Zufall</translation>
    </message>
    <message>
        <source>Repetition penalty</source>
        <translation>Wiederholungsstrafe</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Temperature</source>
        <translation>Temperatur</translation>
    </message>
    <message>
        <source>The same seed, question and settings give the same answer. Random takes a new one every time.</source>
        <translation>Gleicher Startwert, gleiche Frage und gleiche Einstellungen geben die gleiche Antwort. Zufall nimmt jedes Mal einen neuen.</translation>
    </message>
    <message>
        <source>Top-k</source>
        <translation>Top-k</translation>
    </message>
    <message>
        <source>Top-p</source>
        <translation>Top-p</translation>
    </message>
</context>
<context>
    <name>SamplingPanel</name>
    <message>
        <source>For example: answer briefly, in plain words.</source>
        <translation>Zum Beispiel: Antworte kurz, in einfachen Worten.</translation>
    </message>
    <message>
        <source>How the model answers</source>
        <translation>Wie das Modell antwortet</translation>
    </message>
    <message>
        <source>Sampling</source>
        <translation>Auswahl der Wörter</translation>
    </message>
    <message>
        <source>Set the usual values</source>
        <translation>Die üblichen Werte setzen</translation>
    </message>
    <message>
        <source>System prompt</source>
        <translation>Systemprompt</translation>
    </message>
    <message>
        <source>Usual values</source>
        <translation>Übliche Werte</translation>
    </message>
    <message>
        <source>What the model is told before the conversation: who it is and how to answer.</source>
        <translation>Was dem Modell vor der Unterhaltung gesagt wird: wer es ist und wie es antworten soll.</translation>
    </message>
</context>
<context>
    <name>SettingsPage</name>
    <message>
        <source>%1, %2, driver %3</source>
        <translation>%1, %2, Treiber %3</translation>
    </message>
    <message>
        <source>%1: the kernels were checked</source>
        <translation>%1: Die Kernel sind geprüft</translation>
    </message>
    <message>
        <source>%1: the kernels&apos; check failed: %2</source>
        <translation>%1: Die Prüfung der Kernel ist fehlgeschlagen: %2</translation>
    </message>
    <message numerus="yes">
        <source>%n runs, %1 together</source>
        <translation>
            <numerusform>%n Lauf, zusammen %1</numerusform>
            <numerusform>%n Läufe, zusammen %1</numerusform>
        </translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>Wie das System</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>Dunkel</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Löschen</translation>
    </message>
    <message>
        <source>Delete %1 (%2) for good?</source>
        <translation>%1 (%2) endgültig löschen?</translation>
    </message>
    <message>
        <source>Folder of runs</source>
        <translation>Ordner der Läufe</translation>
    </message>
    <message>
        <source>High contrast</source>
        <translation>Hoher Kontrast</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Hell</translation>
    </message>
    <message>
        <source>No token is saved.</source>
        <translation>Kein Token ist gespeichert.</translation>
    </message>
    <message>
        <source>No usable NVIDIA GPU: the processor does the work.</source>
        <translation>Keine nutzbare NVIDIA-GPU: Der Prozessor macht die Arbeit.</translation>
    </message>
    <message>
        <source>Not asked yet</source>
        <translation>Noch nicht gefragt</translation>
    </message>
    <message>
        <source>Only the GPU</source>
        <translation>Nur die GPU</translation>
    </message>
    <message>
        <source>Only the processor</source>
        <translation>Nur den Prozessor</translation>
    </message>
    <message>
        <source>PyTorch %1, CUDA: %2</source>
        <translation>PyTorch %1, CUDA: %2</translation>
    </message>
    <message>
        <source>Signed in as %1</source>
        <translation>Angemeldet als %1</translation>
    </message>
    <message>
        <source>Stop it first.</source>
        <translation>Erst anhalten.</translation>
    </message>
    <message>
        <source>The GPU if it can be used</source>
        <translation>Die GPU, wenn sie nutzbar ist</translation>
    </message>
    <message>
        <source>The engine is being asked what this computer can do.</source>
        <translation>Die Engine wird gefragt, was dieser Computer kann.</translation>
    </message>
    <message>
        <source>The language changes at the next start.</source>
        <translation>Die Sprache wechselt beim nächsten Start.</translation>
    </message>
    <message>
        <source>This run is going on.</source>
        <translation>Dieser Lauf ist im Gang.</translation>
    </message>
</context>
<context>
    <name>SettingsView</name>
    <message>
        <source>Appearance</source>
        <translation>Aussehen</translation>
    </message>
    <message>
        <source>Change the folder of runs</source>
        <translation>Ordner der Läufe ändern</translation>
    </message>
    <message>
        <source>Change…</source>
        <translation>Ändern…</translation>
    </message>
    <message>
        <source>Delete %1</source>
        <translation>%1 löschen</translation>
    </message>
    <message>
        <source>Delete…</source>
        <translation>Löschen…</translation>
    </message>
    <message>
        <source>Device</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Enter a token…</source>
        <translation>Token eingeben…</translation>
    </message>
    <message>
        <source>Enter an access token for the hub</source>
        <translation>Ein Zugriffstoken für den Hub eingeben</translation>
    </message>
    <message>
        <source>Forget it</source>
        <translation>Vergessen</translation>
    </message>
    <message>
        <source>Forget the access token</source>
        <translation>Zugriffstoken vergessen</translation>
    </message>
    <message>
        <source>Hub account</source>
        <translation>Hub-Konto</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>Sprache</translation>
    </message>
    <message>
        <source>Look again</source>
        <translation>Neu prüfen</translation>
    </message>
    <message>
        <source>Look at the device again</source>
        <translation>Das Gerät neu prüfen</translation>
    </message>
    <message>
        <source>Models on this computer</source>
        <translation>Modelle auf diesem Computer</translation>
    </message>
    <message>
        <source>New runs and chats use</source>
        <translation>Neue Läufe und Chats nutzen</translation>
    </message>
    <message>
        <source>No models yet.</source>
        <translation>Noch keine Modelle.</translation>
    </message>
    <message>
        <source>No runs yet.</source>
        <translation>Noch keine Läufe.</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Öffnen</translation>
    </message>
    <message>
        <source>Open the folder of runs</source>
        <translation>Ordner der Läufe öffnen</translation>
    </message>
    <message>
        <source>Runs on this computer</source>
        <translation>Läufe auf diesem Computer</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>Farben</translation>
    </message>
</context>
<context>
    <name>Stage</name>
    <message>
        <source>Data</source>
        <translation>Daten</translation>
    </message>
    <message>
        <source>Fine-tune</source>
        <translation>Feinabstimmung</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>Quantize</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Repair</source>
        <translation>Reparatur</translation>
    </message>
    <message>
        <source>Report</source>
        <translation>Bericht</translation>
    </message>
    <message>
        <source>Sample text</source>
        <translation>Text erzeugen</translation>
    </message>
    <message>
        <source>Sensitivity</source>
        <translation>Empfindlichkeit</translation>
    </message>
    <message>
        <source>Test</source>
        <translation>Test</translation>
    </message>
</context>
<context>
    <name>StageTimeline</name>
    <message>
        <source>Stages of the run</source>
        <translation>Stufen des Laufs</translation>
    </message>
</context>
<context>
    <name>Startup</name>
    <message>
        <source>Enter a token</source>
        <translation>Token eingeben</translation>
    </message>
    <message>
        <source>Go to the chat</source>
        <translation>Zum Chat</translation>
    </message>
    <message>
        <source>It goes on from its last save.</source>
        <translation>Es geht von der letzten Sicherung an weiter.</translation>
    </message>
    <message>
        <source>Leave it</source>
        <translation>So lassen</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Pause</translation>
    </message>
    <message>
        <source>Plug the computer in, or pause the run.</source>
        <translation>Das Netzteil anschließen oder den Lauf pausieren.</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>How to install it</source>
        <translation>So wird es installiert</translation>
    </message>
    <message>
        <source>The run %1 is not finished.</source>
        <translation>Der Lauf %1 ist nicht fertig.</translation>
    </message>
    <message>
        <source>The run failed.</source>
        <translation>Der Lauf ist fehlgeschlagen.</translation>
    </message>
    <message>
        <source>The run goes on battery, %1 % left.</source>
        <translation>Der Lauf läuft auf Akku, noch %1 %.</translation>
    </message>
    <message>
        <source>The run is done.</source>
        <translation>Der Lauf ist fertig.</translation>
    </message>
    <message>
        <source>The run is paused; everything is saved.</source>
        <translation>Der Lauf pausiert; alles ist gespeichert.</translation>
    </message>
    <message>
        <source>The run was cancelled.</source>
        <translation>Der Lauf wurde abgebrochen.</translation>
    </message>
    <message>
        <source>The run was stopped; what was made can be used.</source>
        <translation>Der Lauf wurde angehalten; was entstand, ist brauchbar.</translation>
    </message>
    <message>
        <source>The run&apos;s process ended unexpectedly.</source>
        <translation>Der Prozess des Laufs endete unerwartet.</translation>
    </message>
    <message>
        <source>Use the processor</source>
        <translation>Prozessor benutzen</translation>
    </message>
</context>
<context>
    <name>StatusPresenter</name>
    <message>
        <source>%1 %2 of %3 free</source>
        <translation>%1: %2 von %3 frei</translation>
    </message>
    <message>
        <source>Driver %1</source>
        <translation>Treiber %1</translation>
    </message>
    <message>
        <source>Ending</source>
        <translation>Wird beendet</translation>
    </message>
    <message>
        <source>No NVIDIA GPU was found.</source>
        <translation>Keine NVIDIA-GPU gefunden.</translation>
    </message>
    <message>
        <source>On battery, %1 %</source>
        <translation>Auf Akku, %1 %</translation>
    </message>
    <message numerus="yes">
        <source>Processor, %n cores</source>
        <translation>
            <numerusform>Prozessor, %n Kern</numerusform>
            <numerusform>Prozessor, %n Kerne</numerusform>
        </translation>
    </message>
    <message>
        <source>RAM</source>
        <translation>Arbeitsspeicher</translation>
    </message>
    <message>
        <source>Saving, then pausing</source>
        <translation>Speichert, pausiert dann</translation>
    </message>
    <message>
        <source>Saving, then stopping</source>
        <translation>Speichert, hält dann an</translation>
    </message>
    <message>
        <source>Starting</source>
        <translation>Startet</translation>
    </message>
    <message>
        <source>VRAM</source>
        <translation>Grafikspeicher</translation>
    </message>
    <message>
        <source>Waiting for the device</source>
        <translation>Wartet auf das Gerät</translation>
    </message>
</context>
<context>
    <name>StatusStrip</name>
    <message>
        <source>Memory in use</source>
        <translation>Belegter Speicher</translation>
    </message>
    <message>
        <source>Progress of the running job</source>
        <translation>Fortschritt des Laufs</translation>
    </message>
    <message>
        <source>Running job</source>
        <translation>Laufende Arbeit</translation>
    </message>
    <message>
        <source>Status</source>
        <translation>Status</translation>
    </message>
</context>
<context>
    <name>StepCard</name>
    <message>
        <source>Change</source>
        <translation>Ändern</translation>
    </message>
    <message>
        <source>Change: %1</source>
        <translation>Ändern: %1</translation>
    </message>
    <message>
        <source>done</source>
        <translation>fertig</translation>
    </message>
    <message>
        <source>needs a look</source>
        <translation>ansehen</translation>
    </message>
</context>
<context>
    <name>TableBlock</name>
    <message>
        <source>Table, %1 rows, %2 columns</source>
        <translation>Tabelle, Zeilen: %1, Spalten: %2</translation>
    </message>
</context>
<context>
    <name>TokenDialog</name>
    <message>
        <source>Access token</source>
        <translation>Zugriffstoken</translation>
    </message>
    <message>
        <source>Access token for the hub</source>
        <translation>Zugriffstoken für den Hub</translation>
    </message>
    <message>
        <source>Asking the hub…</source>
        <translation>Der Hub wird gefragt…</translation>
    </message>
    <message>
        <source>Some models want their terms accepted on their page first. Make an access token with the right to read in your account&apos;s settings and paste it here. It is kept where Hugging Face&apos;s own tools keep it.</source>
        <translation>Bei manchen Modellen müssen erst auf ihrer Seite die Bedingungen angenommen werden. In den Einstellungen des eigenen Kontos ein Zugriffstoken mit Leserecht anlegen und hier einfügen. Es wird dort aufbewahrt, wo auch die Werkzeuge von Hugging Face es tun.</translation>
    </message>
</context>
<context>
    <name>Transcript</name>
    <message>
        <source>Conversation</source>
        <translation>Unterhaltung</translation>
    </message>
</context>
<context>
    <name>TuneStep</name>
    <message>
        <source>%1 passes over the data</source>
        <translation>%1 Durchgänge durch die Daten</translation>
    </message>
    <message numerus="yes">
        <source>%Ln steps</source>
        <translation>
            <numerusform>%Ln Schritt</numerusform>
            <numerusform>%Ln Schritte</numerusform>
        </translation>
    </message>
    <message>
        <source>Preset %1</source>
        <translation>Voreinstellung %1</translation>
    </message>
    <message>
        <source>own settings</source>
        <translation>eigene Einstellungen</translation>
    </message>
</context>
<context>
    <name>TuneView</name>
    <message>
        <source>Advanced: every setting</source>
        <translation>Erweitert: alle Einstellungen</translation>
    </message>
    <message>
        <source>Advanced: every setting of the recipe</source>
        <translation>Erweitert: alle Einstellungen des Rezepts</translation>
    </message>
</context>
<context>
    <name>Unit</name>
    <message>
        <source>blocks</source>
        <translation>Blöcken</translation>
    </message>
    <message>
        <source>bytes</source>
        <translation>Bytes</translation>
    </message>
    <message>
        <source>matrices</source>
        <translation>Matrizen</translation>
    </message>
    <message>
        <source>steps</source>
        <translation>Schritten</translation>
    </message>
    <message>
        <source>tokens</source>
        <translation>Tokens</translation>
    </message>
    <message>
        <source>windows</source>
        <translation>Fenstern</translation>
    </message>
</context>
<context>
    <name>Variant</name>
    <message>
        <source>Float</source>
        <translation>Float</translation>
    </message>
    <message>
        <source>Quantized</source>
        <translation>Quantisiert</translation>
    </message>
    <message>
        <source>Repaired</source>
        <translation>Repariert</translation>
    </message>
    <message>
        <source>Tuned</source>
        <translation>Feinabgestimmt</translation>
    </message>
</context>
<context>
    <name>Words</name>
    <message>
        <source>%1 B</source>
        <translation>%1 Mrd.</translation>
    </message>
    <message>
        <source>%1 M</source>
        <translation>%1 Mio.</translation>
    </message>
    <message>
        <source>%1 h</source>
        <translation>%1 h</translation>
    </message>
    <message>
        <source>%1 left</source>
        <translation>noch %1</translation>
    </message>
    <message>
        <source>%1 min</source>
        <translation>%1 min</translation>
    </message>
    <message>
        <source>%1 s</source>
        <translation>%1 s</translation>
    </message>
    <message>
        <source>Chat</source>
        <translation>Chat</translation>
    </message>
    <message>
        <source>Data</source>
        <translation>Daten</translation>
    </message>
    <message>
        <source>Fine-tune</source>
        <translation>Feinabstimmung</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>Quantize</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Repair</source>
        <translation>Reparatur</translation>
    </message>
    <message>
        <source>Report</source>
        <translation>Bericht</translation>
    </message>
    <message>
        <source>Sample text</source>
        <translation>Text erzeugen</translation>
    </message>
    <message>
        <source>Test</source>
        <translation>Test</translation>
    </message>
</context>
<context>
    <name>WorthALook</name>
    <message>
        <source>Another program may use the device, memory may have spilled, or the laptop is saving power.</source>
        <translation>Ein anderes Programm belegt vielleicht das Gerät, Speicher ist übergelaufen, oder der Laptop spart Strom.</translation>
    </message>
    <message>
        <source>Close other programs that use the card, or take a shorter max length.</source>
        <translation>Andere Programme schließen, die die Karte benutzen, oder eine kleinere größte Länge nehmen.</translation>
    </message>
    <message>
        <source>Start again with a lower learning rate, or with precision bf16 or fp32.</source>
        <translation>Mit kleinerer Lernrate neu beginnen, oder mit Genauigkeit bf16 oder fp32.</translation>
    </message>
    <message>
        <source>Take more bits, or a repair method.</source>
        <translation>Mehr Bits nehmen oder eine Reparatur wählen.</translation>
    </message>
    <message>
        <source>The graphics card&apos;s memory is nearly full ({percent} %).</source>
        <translation>Der Speicher der Grafikkarte ist fast voll ({percent} %).</translation>
    </message>
    <message>
        <source>The model begins to learn the rows by heart. The state of step {step} is kept.</source>
        <translation>Das Modell beginnt, die Zeilen auswendig zu lernen. Der Zustand von Schritt {step} wird behalten.</translation>
    </message>
    <message>
        <source>The rest lies in shared memory and every step waits for it. Take a shorter max length.</source>
        <translation>Der Rest liegt in geteiltem Speicher, und jeder Schritt wartet darauf. Eine kleinere größte Länge nehmen.</translation>
    </message>
    <message>
        <source>The {name} model predicts nothing any more.</source>
        <translation>Das Modell {name} sagt nichts mehr voraus.</translation>
    </message>
    <message>
        <source>This run holds more memory than the graphics card has.</source>
        <translation>Dieser Lauf belegt mehr Speicher, als die Grafikkarte hat.</translation>
    </message>
    <message>
        <source>Training became {factor} times slower at step {step}.</source>
        <translation>Das Training wurde bei Schritt {step} {factor}-mal langsamer.</translation>
    </message>
    <message>
        <source>Validation has been worse than its best {count} times in a row.</source>
        <translation>Die Validierung war {count}-mal in Folge schlechter als ihr bester Wert.</translation>
    </message>
    <message>
        <source>{name} became {value} at step {step}.</source>
        <translation>{name} wurde bei Schritt {step} {value}.</translation>
    </message>
</context>
<context>
    <name>WorthPanel</name>
    <message>
        <source>Nothing so far. A rising loss, a plateau or memory that spills shows up here.</source>
        <translation>Bisher nichts. Ein steigender Verlust, ein Stillstand oder überlaufender Speicher zeigt sich hier.</translation>
    </message>
    <message>
        <source>Worth a look</source>
        <translation>Auffälliges</translation>
    </message>
</context>
<context>
    <name>_Download</name>
    <message>
        <source>%1 (download)</source>
        <translation>%1 (Download)</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Download now</source>
        <translation>Jetzt herunterladen</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Pause</translation>
    </message>
    <message>
        <source>Progress of the download</source>
        <translation>Fortschritt des Downloads</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>Fortsetzen</translation>
    </message>
</context>
<context>
    <name>_Scale</name>
    <message>
        <source>Colours from {low} to {high}</source>
        <translation>Farben von {low} bis {high}</translation>
    </message>
</context>
</TS>
