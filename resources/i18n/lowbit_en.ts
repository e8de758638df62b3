<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>Chat</name>
    <message numerus="yes">
        <source>%Ln tokens, %1 tokens/s</source>
        <translation>
            <numerusform>%Ln token, %1 tokens/s</numerusform>
            <numerusform>%Ln tokens, %1 tokens/s</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>DataStep</name>
    <message numerus="yes">
        <source>%Ln examples</source>
        <translation>
            <numerusform>%Ln example</numerusform>
            <numerusform>%Ln examples</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln held back for measuring</source>
        <translation>
            <numerusform>%Ln held back for measuring</numerusform>
            <numerusform>%Ln held back for measuring</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln refused</source>
        <translation>
            <numerusform>%Ln refused</numerusform>
            <numerusform>%Ln refused</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln repeated</source>
        <translation>
            <numerusform>%Ln repeated</numerusform>
            <numerusform>%Ln repeated</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ModelStep</name>
    <message numerus="yes">
        <source>%Ln downloads</source>
        <translation>
            <numerusform>%Ln download</numerusform>
            <numerusform>%Ln downloads</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>SettingsPage</name>
    <message numerus="yes">
        <source>%n runs, %1 together</source>
        <translation>
            <numerusform>%n run, %1</numerusform>
            <numerusform>%n runs, %1 together</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>StatusPresenter</name>
    <message numerus="yes">
        <source>Processor, %n cores</source>
        <translation>
            <numerusform>Processor, %n core</numerusform>
            <numerusform>Processor, %n cores</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>TuneStep</name>
    <message numerus="yes">
        <source>%Ln steps</source>
        <translation>
            <numerusform>%Ln step</numerusform>
            <numerusform>%Ln steps</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n passes over the data</source>
        <translation>
            <numerusform>%n pass over the data</numerusform>
            <numerusform>%n passes over the data</numerusform>
        </translation>
    </message>
</context>
</TS>
